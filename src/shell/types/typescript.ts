import { requireTypeScript, type TypeScript } from "../../transformer/typescript.js";

/** The compiler's module, passed to whoever needs it. */
export type { TypeScript };

/** Loads the compiler. */
export async function loadTypeScript(): Promise<TypeScript> {
  return requireTypeScript();
}

/** The compiler's module, passed to whoever needs it, so that nothing else of ours loads it. */
export type TypeScript = typeof import("typescript");

/** Loads the compiler (about 100 ms); the only place that does. */
export async function loadTypeScript(): Promise<TypeScript> {
  return (await import("typescript")).default;
}

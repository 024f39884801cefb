// The compiler comes as an argument, so that one transformer serves every version of it; here are only its types.
import type ts from "typescript";

export type { ts };
/** The module `typescript`, 5.9 or later. */
export type TypeScript = typeof ts;

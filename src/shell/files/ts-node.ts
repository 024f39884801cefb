/** What is used of ts-node's service. */
export interface TsNodeService {
  readonly ts: import("../types/typescript.js").TypeScript;
  /** Says which files are translated to CommonJS whatever their project says. */
  readonly moduleTypeClassifier: {
    classifyModuleByModuleTypeOverrides(file: string): { readonly moduleType: "cjs" | "esm" | "auto" };
  };
  compile(code: string, file: string): string;
  getTypeInfo(code: string, file: string, position: number): unknown;
  enabled(on?: boolean): boolean;
  /** Whether a file is left as it is. */
  ignored(file: string): boolean;
}

/** Options that ts-node takes; its own type is not exact about all of them. */
export type TsNodeOptions = import("ts-node").CreateOptions & import("ts-node").TsConfigOptions;

/** What ts-node throws for type errors. */
export interface TsNodeError extends Error {
  readonly diagnostics: readonly import("typescript").Diagnostic[];
}

interface TsNode {
  create(options: TsNodeOptions): TsNodeService;
  register(service: TsNodeService): TsNodeService;
}

/** Loads ts-node, and the compiler with it; the only place that does. */
export async function loadTsNode(): Promise<TsNode> {
  const { create, register } = (await import("ts-node")).default as unknown as TsNode;
  return { create, register: service => withoutDeprecations(() => register(service)) };
}

/** It makes an `fs.Stats` by itself, of which Node 24 tells the user, who can do nothing about it. */
function withoutDeprecations<T>(work: () => T): T {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    return work();
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** Whether ts-node refused a file for its types. */
export function isTsNodeError(error: unknown): error is TsNodeError {
  return (
    error instanceof Error && error.name === "TSError" && Array.isArray((error as Partial<TsNodeError>).diagnostics)
  );
}

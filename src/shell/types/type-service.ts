import type { Mutations } from "../cells/mutations.js";

/** What a top-level declaration of a cell is, as the echo names it. */
export type BindingKind =
  | "const"
  | "let"
  | "function"
  | "class"
  | "interface"
  | "type"
  | "enum"
  | "namespace"
  | "import"
  | "ambient";

/** A name that a cell declares. */
export interface CellBinding {
  readonly name: string;
  readonly kind: BindingKind;
  /** The type to show; absent for what has none (`interface`, imports) and without type checks. */
  readonly type?: string;
  /** True when the name exists at run time. */
  readonly value: boolean;
  /** True when the name exists as a type. */
  readonly isType: boolean;
  /** Of an assignment: the export whose type is the target's from then on. */
  readonly slot?: string;
  /** Of `import * as`: the specifier of the module whose namespace it is. */
  readonly namespaceOf?: string;
  /** Of a type that shares its name with a value of the cell: the export that is the type alone. */
  readonly aloneAs?: string;
}

/** What one top-level statement of a cell says when it has run. */
export type CellStatement =
  /** Says nothing: `if`, `for`, `throw`. */
  | { readonly kind: "silent" }
  /** A declaration of values: each name says `name: Type = value`. `hint`: what was probably meant. */
  | { readonly kind: "declare"; readonly bindings: readonly CellBinding[]; readonly hint?: string }
  /** A declaration that is said by a fixed text: `class P`, `interface Q`, `import …`. */
  | { readonly kind: "define"; readonly bindings: readonly CellBinding[]; readonly text: string }
  /** An assignment to names of the session: says `n: number = 5`. */
  | { readonly kind: "assign"; readonly targets: readonly CellBinding[] }
  /** An expression: `resN`, whose value the cell exports as `slot`. */
  | { readonly kind: "expression"; readonly slot: string; readonly type?: string; readonly hint?: string };

/** A problem that TypeScript, or a rule of the shell, found in an input. */
export interface CellDiagnostic {
  readonly severity: "error" | "warning";
  /** TypeScript's number, 2322; absent for findings of ours. */
  readonly code?: number;
  /** May have several lines, as TypeScript's own. */
  readonly message: string;
  /** 1-based line and column within the input. */
  readonly line: number;
  readonly column: number;
  /** Characters concerned, at least 1. */
  readonly length: number;
  /** The line of the input it is about. */
  readonly sourceLine: string;
}

/** A cell that may run. */
export interface CompiledCell {
  readonly status: "compiled";
  /** `cell_7`: the module's name. */
  readonly id: string;
  /** CommonJS text of the cell, to be wrapped into an async function. */
  readonly js: string;
  /** Under this name it reaches the session. */
  readonly hook: string;
  /** Source map from `js` to `source`, version 3, as JSON. */
  readonly map: string;
  /** What was typed. */
  readonly source: string;
  readonly statements: readonly CellStatement[];
  /** Module names that the cell imports statically and that are not ours: they are loaded before it runs. */
  readonly imports: readonly string[];
  readonly warnings: readonly CellDiagnostic[];
  /** Names the cell gives other values than by plain assignments: nothing is known of their types any more. */
  readonly mutations: Mutations;
}

export interface RejectedCell {
  readonly status: "rejected";
  readonly diagnostics: readonly CellDiagnostic[];
  /** What to type instead, when the input looks like Scala typed by habit. */
  readonly hint?: string;
}

/** What came of a compiled cell when it ran. */
export interface CellOutcome {
  /** How many of the cell's statements finished: only their names are bound. */
  readonly done: number;
  /** Results that got a number: the export `slot` is from now on known as `name`. */
  readonly results: readonly { readonly slot: string; readonly name: string }[];
  /** The type under which `_error` is known from now on, when the cell failed: `TypeError`, `SparkError`, … */
  readonly error?: string;
}

/** `open`: more lines are needed. `empty`: nothing but blanks and comments. */
export type Completeness = "complete" | "open" | "empty";

export interface CompletionItem {
  readonly name: string;
  /** `method`, `property`, `function`, `const`, `class`, `keyword`, `file` … TypeScript's words. */
  readonly kind: string;
}

export interface Completions {
  /** Where in the text the word begins that the items replace. */
  readonly start: number;
  readonly items: readonly CompletionItem[];
}

/** What `:type` answers: the type, or why there is none. */
export type TypeAnswer =
  | { readonly status: "typed"; readonly type: string }
  | { readonly status: "rejected"; readonly diagnostics: readonly CellDiagnostic[]; readonly hint?: string };

/** What `:doc` answers: how a name is declared and what is written about it (markdown, tags as they are), or that it is unknown. */
export type DocAnswer =
  | { readonly status: "found"; readonly signatures: readonly string[]; readonly text: string }
  | { readonly status: "unknown" };

/** How an input is compiled, where it differs from what is typed at the prompt. */
export interface CompileOptions {
  /** The folder from which relative imports start: that of a file which is loaded. Default: the user's folder. */
  readonly directory?: string;
  /** Reports syntax errors only: for JavaScript. Default false. */
  readonly unchecked?: boolean;
}

/**
 * Everything the shell asks about types. It holds the session's declarations: every {@link TypeService.compile} is
 * followed by one {@link TypeService.commit} that says what came of the cell.
 *
 * Implemented in process by `LanguageTypeService` and in a child process by `RemoteTypeService`, which starts that one.
 */
export interface TypeService {
  /** Checks and translates one input. Never rejects for a mistake in the input. */
  compile(input: string, options?: CompileOptions): Promise<CompiledCell | RejectedCell>;
  /** Says what came of the cell compiled last. */
  commit(outcome: CellOutcome): Promise<void>;
  /** Whether `text` can run as it stands or goes on on the next line. */
  completeness(text: string): Promise<Completeness>;
  /**
   * Where the statements of a piped script end: offsets into `text`, in order. What follows the last one is not finished
   * or may go on; with `final` (no more input at hand) nothing more is waited for, and only what is open is left over.
   */
  statementEnds(text: string, final: boolean): Promise<readonly number[]>;
  /** The type of an expression, which is not evaluated. */
  typeOf(expression: string): Promise<TypeAnswer>;
  /** What could stand at `cursor`. */
  complete(text: string, cursor: number): Promise<Completions>;
  /** What is written about a name (`RDD`, `RDD.map`, `sc.parallelize`) or about what an expression ends in. */
  doc(name: string): Promise<DocAnswer>;
  /** Forgets all names, as `:reset` does. Results are numbered by the session. */
  reset(): Promise<void>;
  /** Ends the service; further calls reject. */
  dispose(): Promise<void>;
}

import type { CellStatement } from "./types/type-service.js";

/** How an input is taken. */
export interface EvaluateOptions {
  /** What the input is called in messages. Default `<console>`; a file is called by its name. */
  readonly origin?: string;
  /** Lines of the source that came before the input (piped scripts, files). Default 0. */
  readonly lineOffset?: number;
  /** Whether results are echoed. Default true. */
  readonly echo?: boolean;
}

/** What came of an input. The session has already written echo and errors to its outputs. */
export type Evaluation =
  /** `value`: that of the last expression, undefined if there was none. */
  | { readonly status: "success"; readonly value: unknown }
  /**
   * `types`: nothing ran · `thrown`: the user's code threw `error` · `interrupted`: Ctrl-C.
   * `text` is what was written to `errorOutput`.
   */
  | {
      readonly status: "failure";
      readonly reason: "types" | "thrown" | "interrupted";
      readonly error: unknown;
      readonly text: string;
    }
  /** The user wants to leave (`exit`, `quit`). */
  | { readonly status: "exit"; readonly code: number };

/** An input that ran to its end. */
export interface SessionInput {
  /** `cell_3`. */
  readonly id: string;
  /** As it was typed, or the text of a file that was loaded. */
  readonly text: string;
  /** `<console>`, or the name of the file. */
  readonly origin: string;
  /** What each of its statements is to the shell. */
  readonly statements: readonly CellStatement[];
  /** Its results: the expression with this `slot` is known as `name` (`res0`). */
  readonly results: readonly { readonly slot: string; readonly name: string }[];
}

/** How long the last input took, in ms with fractions. */
export interface InputTiming {
  /** Until it was checked and translated. */
  readonly check: number;
  /** Until it had run; 0 when it was refused. */
  readonly run: number;
}

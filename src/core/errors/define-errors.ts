import { SparkError, type SparkErrorInit } from "./spark-error.js";

/** One row of a table of errors. */
export interface ErrorRow<A extends readonly unknown[]> {
  /** The class of the error; `SparkError` when absent. */
  readonly base?: new (
    message: string,
    init?: SparkErrorInit,
  ) => SparkError;
  /** Subject, actual value, rule, remedy. */
  readonly message: (...args: A) => string;
  /** When it is raised and what to do, one or two sentences, for `docs/errors.md`. */
  readonly doc: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a table's rows each have their own argument list
type Rows = Record<string, ErrorRow<any>>;

/** Makes the error of a row: its arguments are those of `message`, and a cause may be added with `.because(cause)`. */
export type ErrorTable<R extends Rows> = {
  readonly [K in keyof R]: ((...args: Parameters<R[K]["message"]>) => SparkError) & {
    because(cause: unknown, ...args: Parameters<R[K]["message"]>): SparkError;
  };
};

/** Every table that was defined, by layer: the source of `docs/errors.md` and of its test. */
export const errorTables = new Map<string, Rows>();

/**
 * Defines the errors of one layer. Each row becomes a function that makes the error with its code, class and message.
 *
 * @example
 * const E = defineErrors("demo", { TOO_BIG: { message: (n: number) => `n is ${n}: at most 10 fit; pass less`, doc: "…" } });
 * throw E.TOO_BIG(11);
 */
export function defineErrors<R extends Rows>(layer: string, rows: R): ErrorTable<R> {
  errorTables.set(layer, rows);
  const table: Record<string, unknown> = {};
  for (const [code, row] of Object.entries(rows)) {
    const Base = row.base ?? SparkError;
    const make = (...args: unknown[]) => new Base(row.message(...args), { code });
    table[code] = Object.assign(make, {
      because: (cause: unknown, ...args: unknown[]) => new Base(row.message(...args), { code, cause }),
    });
  }
  return table as ErrorTable<R>;
}

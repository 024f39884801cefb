import { availableParallelism } from "node:os";
import { E } from "./errors.js";

/** What a master string says. */
export interface Master {
  /** `local`: threads of this machine. */
  readonly kind: "local";
  /** Tasks that run at the same time. */
  readonly threads: number;
  /** Attempts of a task in all before its job fails. */
  readonly maxFailures: number;
}

/**
 * Reads a master string: `local`, `local[N]`, `local[*]`, `local[N,F]`, `local[*,F]`. Without F a task has one attempt.
 * Anything else throws `IllegalArgumentError` (`BAD_MASTER`) with the forms that exist.
 *
 * @example
 * parseMaster("local[4,3]"); // { kind: "local", threads: 4, maxFailures: 3 }
 */
export function parseMaster(text: string): Master {
  if (text === "local") return { kind: "local", threads: 1, maxFailures: 1 };
  const m = /^local\[\s*([0-9]+|\*)\s*(?:,\s*([0-9]+)\s*)?\]$/.exec(text);
  if (!m) throw E.BAD_MASTER(text);
  const threads = m[1] === "*" ? availableParallelism() : Number(m[1]);
  const maxFailures = m[2] === undefined ? 1 : Number(m[2]);
  if (threads < 1 || maxFailures < 1) throw E.BAD_MASTER(text);
  return { kind: "local", threads, maxFailures };
}

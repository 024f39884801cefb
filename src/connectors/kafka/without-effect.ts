import type { ParamReader } from "./param-reader.js";

/** Settings that change nothing, by what values they take: a wrong one is told all the same, as Kafka does. */
export interface WithoutEffect {
  /** Whole numbers, with the least of each. */
  readonly atLeast: Readonly<Record<string, number>>;
  readonly trueOrFalse: readonly string[];
  readonly anything: readonly string[];
}

/** The names of such settings. */
export function namesOf({ atLeast, trueOrFalse, anything }: WithoutEffect): string[] {
  return [...Object.keys(atLeast), ...trueOrFalse, ...anything];
}

/** @throws IllegalArgumentError when one has a value that it does not take */
export function checkWithoutEffect(p: ParamReader, { atLeast, trueOrFalse }: WithoutEffect): void {
  for (const [name, least] of Object.entries(atLeast)) p.int(name, least, least);
  for (const name of trueOrFalse) p.bool(name, true);
}

import { type Answer, notFound } from "../server/answer.js";

/** What a parameter may be, by the names of Spark's enumerations; in any case. */
const STATUSES = {
  application: ["COMPLETED", "RUNNING"],
  job: ["RUNNING", "SUCCEEDED", "FAILED", "UNKNOWN"],
  stage: ["ACTIVE", "COMPLETE", "FAILED", "PENDING", "SKIPPED"],
  task: ["RUNNING", "KILLED", "FAILED", "SUCCESS", "UNKNOWN"],
  batch: ["COMPLETED", "QUEUED", "PROCESSING"],
} as const;

/** The records whose status is one of `statuses`; all where there is none. */
export function withStatus<R extends { readonly status: string }>(
  records: readonly R[],
  statuses: readonly string[],
): readonly R[] {
  return statuses.length === 0 ? records : records.filter(r => statuses.includes(r.status));
}

/**
 * The statuses that a query asks for, which may name several; or what is answered where one is none, as Spark answers: there
 * is no such list. An empty one is one that nothing has.
 */
export function statusesIn(
  query: URLSearchParams,
  name: string,
  of: keyof typeof STATUSES,
): readonly string[] | Answer {
  const wanted = query.getAll(name).map(s => s.toUpperCase());
  const known: readonly string[] = STATUSES[of];
  const wrong = wanted.findIndex(s => s !== "" && !known.includes(s));
  return wrong < 0 ? wanted : badValue(name, `one of ${known.join(", ")}`, query.getAll(name)[wrong]!);
}

/** What Java calls an integer. */
const LARGEST = 2 ** 31 - 1;

/** The whole number that a query asks for, `undefined` where it does not; or what is answered where it is none. */
export function integerIn(query: URLSearchParams, name: string): number | undefined | Answer {
  const given = query.get(name) ?? "";
  if (given === "") return undefined;
  const n = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN;
  return n >= -LARGEST - 1 && n <= LARGEST ? n : badValue(name, "an integer", given);
}

/** 404: Spark's server takes a path with such a parameter for one that is not there. */
export function badValue(name: string, expected: string, actual: string): Answer {
  return notFound(`Bad value for parameter "${name}".  Expected ${expected}, got "${actual}"`);
}

export function isAnswer(x: unknown): x is Answer {
  return typeof x === "object" && x !== null && "body" in x;
}

/** Whether a part of a path is the number of something. */
export function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}

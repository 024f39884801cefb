/** Why a closure cannot travel: the path from it to what cannot, and what that is. Turned into an error or a note. */
export class Refusal extends Error {
  constructor(
    readonly path: string,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`${path} is ${what}`, options);
  }
}

/** What stays in the driver's thread through no closure or value of the user's: no error either where those must travel. */
export class StaysHere extends Refusal {}

/** `a Socket`, `an EventEmitter`, `an RDD`. */
export const withArticle = (name: string): string =>
  `${/^(?:[aeiouAEIOU]|[FHLMNRSX][A-Z])/.test(name) ? "an" : "a"} ${name}`;

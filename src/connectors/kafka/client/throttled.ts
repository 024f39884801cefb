/** Instead of what was asked for a broker says that the client's quota is used up, and for how long it hears nothing more. */
export class Throttled extends Error {
  readonly type = "Throttled";

  constructor(readonly ms: number) {
    super(`the client's quota is used up for ${ms} ms`);
  }
}

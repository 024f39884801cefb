/** How values of the engine are shown; their classes come from `tspark`'s exports, so that nothing is loaded for it. */
export class EngineValues {
  readonly #shows: readonly { readonly type: object; readonly show: (value: never) => string }[];

  /** @param api the exports of `tspark` */
  constructor(api: Readonly<Record<string, unknown>>) {
    const known: Record<string, (value: never) => string> = {
      SparkContext: (sc: { master: string; applicationId: string }) =>
        `SparkContext(master = ${sc.master}, app id = ${sc.applicationId})`,
      StreamingContext: (ssc: { getState(): string }) => `StreamingContext(state = ${ssc.getState()})`,
      SparkSession: (spark: { sparkContext: { applicationId: string } }) =>
        `SparkSession(app id = ${spark.sparkContext.applicationId})`,
      RDD: (rdd: unknown) => String(rdd),
      DStream: (stream: unknown) => String(stream),
    };
    this.#shows = Object.entries(known).flatMap(([name, show]) => {
      const type = api[name];
      return typeof type === "function" ? [{ type, show }] : [];
    });
  }

  /** The text of a value of the engine; undefined for everything else, and for what fails to say it. */
  show(value: unknown): string | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    try {
      const found = this.#shows.find(({ type }) => value instanceof (type as new () => object));
      const text = found?.show(value as never);
      return text?.startsWith("[object ") ? undefined : text;
    } catch {
      return undefined;
    }
  }
}

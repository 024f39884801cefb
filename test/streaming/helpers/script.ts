import { InputDStream, type RDD, type StreamingContext, type Time } from "tspark";

/** A source that is a function of the time, as a log that can be read from any place. */
export class Script<T> extends InputDStream<T> {
  constructor(
    ssc: StreamingContext,
    private readonly elementsAt: (time: number) => T[],
  ) {
    super(ssc);
  }
  get kind(): string {
    return "Script";
  }
  override compute(time: Time): RDD<T> {
    const elements = this.elementsAt(time.milliseconds);
    this.reportInfo(time, elements.length);
    return this.context.sparkContext.parallelize(elements, 2);
  }
}

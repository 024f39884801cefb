import type { SparkConf } from "../../core/conf/spark-conf.js";
import type { Duration } from "../duration.js";
import type { BatchInfo } from "../listener.js";
import { PIDRateEstimator } from "./pid-rate-estimator.js";
import type { RateEstimator } from "./rate-estimator.js";

/**
 * Keeps the rate an input stream may deliver at, from what its batches cost. A source asks for {@link latestRate} when it
 * decides about its next records.
 *
 * The rate limits only while the stream falls behind: as long as batches end within their interval without waiting, a
 * source may deliver what it has (a batch of ten records says nothing about what could be processed).
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.RateController`.
 */
export class RateController {
  #rate: number | undefined;

  constructor(
    readonly streamId: number,
    private readonly estimator: RateEstimator,
    /** ms */
    private readonly batchInterval: number,
    /** Called with each new limit, records/s; `undefined` when there is none any more. */
    private readonly publish: (rate: number | undefined) => void = () => {},
  ) {}

  /** Records per second that may be delivered; `undefined` while nothing limits. */
  get latestRate(): number | undefined {
    return this.#rate;
  }

  /** Told of every batch that has ended. */
  onBatchCompleted(info: BatchInfo): void {
    const elements = info.streamIdToInputInfo.get(this.streamId)?.numRecords ?? 0;
    const { processingEndTime, processingDelay, schedulingDelay } = info;
    if (processingEndTime === undefined || processingDelay === undefined || schedulingDelay === undefined) return;
    const rate = this.estimator.compute(processingEndTime, elements, processingDelay, schedulingDelay);
    const behind = processingDelay + schedulingDelay > this.batchInterval;
    if (rate !== undefined && (behind || this.#rate !== undefined)) this.#set(rate);
    // Half an interval to spare means that the limit is not what holds the stream: let it go.
    if (this.#rate !== undefined && processingDelay + schedulingDelay < this.batchInterval / 2) this.#set(undefined);
  }

  #set(rate: number | undefined): void {
    this.#rate = rate;
    this.publish(rate);
  }
}

/** The controller of a stream, where `spark.streaming.backpressure.enabled` asks for one. */
export function rateControllerFor(
  conf: SparkConf,
  streamId: number,
  batchDuration: Duration,
  publish?: (rate: number | undefined) => void,
): RateController | undefined {
  if (!conf.getBoolean("spark.streaming.backpressure.enabled")) return undefined;
  const gain = (name: string) => conf.getDouble(`spark.streaming.backpressure.pid.${name}`);
  const gains = {
    proportional: gain("proportional"),
    integral: gain("integral"),
    derivative: gain("derived"),
    minRate: gain("minRate"),
  };
  const interval = batchDuration.milliseconds;
  return new RateController(streamId, new PIDRateEstimator(interval, gains), interval, publish);
}

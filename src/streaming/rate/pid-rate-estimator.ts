import { getLogger } from "../../core/log/logger.js";
import type { RateEstimator } from "./rate-estimator.js";

const log = getLogger("PIDRateEstimator");

/** The gains of a {@link PIDRateEstimator}; each is 0 or more. */
export interface PIDGains {
  /**
   * Answers the present error: how far the rate of the last batch was from the rate it could be processed at. 0 … 1 is
   * sensible; too much makes the rate swing around its aim. `spark.streaming.backpressure.pid.proportional`, default 1.0.
   */
  readonly proportional: number;
  /**
   * Answers the accumulated error: the records that wait. Too much overshoots, too little lets the delay stand.
   * `spark.streaming.backpressure.pid.integral`, default 0.2.
   */
  readonly integral: number;
  /**
   * Answers the change of the error. Damps swings, but amplifies noise. `spark.streaming.backpressure.pid.derived`,
   * default 0.0.
   */
  readonly derivative: number;
  /** Records per second below which the rate never falls. `spark.streaming.backpressure.pid.minRate`, default 100. */
  readonly minRate: number;
}

/**
 * A proportional-integral-derivative controller (see "PID controller" in any textbook of control theory) of the rate of a
 * source: its aim is the rate at which the last batch was processed, its error the difference to the rate it set, its
 * integral the records that wait because of the scheduling delay.
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.rate.PIDRateEstimator`.
 */
export class PIDRateEstimator implements RateEstimator {
  #firstRun = true;
  /** When the last batch that counted ended, ms. */
  #latestTime = -1;
  /** The rate it was answered with, records/s. */
  #latestRate = -1;
  /** Its error, records/s. */
  #latestError = -1;

  /** @param batchInterval ms */
  constructor(
    private readonly batchInterval: number,
    private readonly gains: PIDGains,
  ) {}

  compute(time: number, elements: number, processingDelay: number, schedulingDelay: number): number | undefined {
    if (time <= this.#latestTime || elements <= 0 || processingDelay <= 0) return undefined;
    /** Since the last batch that counted, in seconds. */
    const elapsed = (time - this.#latestTime) / 1000;
    /** What could be processed, records/s. */
    const processingRate = (elements / processingDelay) * 1000;
    /** How much faster the records came than they could be processed, records/s. */
    const error = this.#latestRate - processingRate;
    /** The rate that would clear what waits within one batch interval, records/s. */
    const historicalError = (schedulingDelay * processingRate) / this.batchInterval;
    /** Change of the error, records/s². */
    const slope = (error - this.#latestError) / elapsed;
    const { proportional, integral, derivative, minRate } = this.gains;
    const rate = Math.max(
      this.#latestRate - proportional * error - integral * historicalError - derivative * slope,
      minRate,
    );
    this.#latestTime = time;
    if (this.#firstRun) {
      // Nothing to compare with yet: the rate it was processed at is the first aim.
      this.#firstRun = false;
      this.#latestRate = processingRate;
      this.#latestError = 0;
      return undefined;
    }
    this.#latestRate = rate;
    this.#latestError = error;
    log.debug(() => `rate ${rate.toFixed(1)}/s, error ${error.toFixed(1)}, waiting ${historicalError.toFixed(1)}`);
    return rate;
  }
}

/** Says, after each batch, how many records a second a source may deliver. Spark's `RateEstimator`. */
export interface RateEstimator {
  /**
   * @param time when the batch ended, ms
   * @param elements its records
   * @param processingDelay how long its jobs ran, ms
   * @param schedulingDelay how long they had waited, ms
   * @returns records per second; `undefined` when this batch says nothing
   */
  compute(time: number, elements: number, processingDelay: number, schedulingDelay: number): number | undefined;
}

/** A number that is known up to an interval. Spark's name: `org.apache.spark.partial.BoundedDouble`. */
export interface BoundedDouble {
  readonly mean: number;
  /** The probability that the true value is between `low` and `high`. */
  readonly confidence: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A count of which `merged` of `total` partitions are known: the rest is taken to be like them.
 */
export function estimateCount(sum: number, merged: number, total: number, confidence: number): BoundedDouble {
  if (merged === total) return { mean: sum, confidence: 1, low: sum, high: sum };
  if (merged === 0) return { mean: 0, confidence: 0, low: 0, high: Number.POSITIVE_INFINITY };
  const p = merged / total;
  const mean = (sum + 1 - p) / p;
  const deviation = Math.sqrt(((sum + 1) * (1 - p)) / (p * p));
  const z = normalQuantile((1 + confidence) / 2);
  return { mean, confidence, low: Math.max(sum, mean - z * deviation), high: mean + z * deviation };
}

/** The point below which a normal variable is with probability `p`, by bisection of Abramowitz and Stegun 7.1.26. */
function normalQuantile(p: number): number {
  let low = -10;
  let high = 10;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalDistribution(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp((-x * x) / 2);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

/**
 * A result that was asked for before it was sure. Spark's name: `org.apache.spark.partial.PartialResult`.
 */
export class PartialResult<R> {
  constructor(
    /** What was known when the time was up. */
    readonly initialValue: R,
    /** Whether that was already the whole truth. */
    readonly isInitialValueFinal: boolean,
    private readonly final: Promise<R>,
  ) {}

  /** The result when all partitions are done. */
  getFinalValue(): Promise<R> {
    return this.final;
  }

  toString(): string {
    return `(${this.isInitialValueFinal ? "final" : "partial"}: ${JSON.stringify(this.initialValue)})`;
  }
}

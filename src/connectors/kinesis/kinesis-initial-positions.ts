import { E } from "./errors.js";

/** Where in a stream to begin. Spark's and Amazon's name: `InitialPositionInStream`. */
export const InitialPositionInStream = {
  LATEST: "LATEST",
  TRIM_HORIZON: "TRIM_HORIZON",
  AT_TIMESTAMP: "AT_TIMESTAMP",
} as const;
export type InitialPositionInStream = (typeof InitialPositionInStream)[keyof typeof InitialPositionInStream];

/** Where a stream begins that no checkpoint knows. Spark's name: `KinesisInitialPosition`. */
export interface KinesisInitialPosition {
  getPosition(): InitialPositionInStream;
}

class Latest implements KinesisInitialPosition {
  getPosition(): InitialPositionInStream {
    return InitialPositionInStream.LATEST;
  }
}

class TrimHorizon implements KinesisInitialPosition {
  getPosition(): InitialPositionInStream {
    return InitialPositionInStream.TRIM_HORIZON;
  }
}

class AtTimestamp implements KinesisInitialPosition {
  readonly #timestamp: number;

  /** @throws IllegalArgumentError when it is no time */
  constructor(timestamp: Date | number) {
    this.#timestamp = new Date(timestamp).getTime();
    if (!(timestamp instanceof Date || typeof timestamp === "number") || Number.isNaN(this.#timestamp)) {
      throw E.KINESIS_BAD_SETTING("AtTimestamp's timestamp", timestamp, "it takes a Date");
    }
  }

  getPosition(): InitialPositionInStream {
    return InitialPositionInStream.AT_TIMESTAMP;
  }

  getTimestamp(): Date {
    return new Date(this.#timestamp);
  }
}

/**
 * Where a stream begins that no checkpoint knows: `Latest`, `TrimHorizon`, `AtTimestamp`.
 *
 * Spark's name: `org.apache.spark.streaming.kinesis.KinesisInitialPositions`.
 *
 * @example
 * new KinesisInitialPositions.AtTimestamp(new Date("2026-01-31T12:00:00Z")).getPosition(); // "AT_TIMESTAMP"
 */
export const KinesisInitialPositions = {
  /** With what comes from now on. */
  Latest,
  /** With the oldest record that Kinesis still has: a day's, or as long as the stream's retention period is. */
  TrimHorizon,
  /** With the first record that came at this time or later. */
  AtTimestamp,

  /**
   * That of Spark 2's programs.
   *
   * @throws IllegalArgumentError for `AT_TIMESTAMP`, which has no time: `new KinesisInitialPositions.AtTimestamp(date)`
   */
  fromKinesisInitialPosition(position: InitialPositionInStream): KinesisInitialPosition {
    if (position === InitialPositionInStream.LATEST) return new Latest();
    if (position === InitialPositionInStream.TRIM_HORIZON) return new TrimHorizon();
    const rule =
      "it takes InitialPositionInStream.LATEST or TRIM_HORIZON; for a time initialPosition(new KinesisInitialPositions.AtTimestamp(date))";
    throw E.KINESIS_BAD_SETTING("initialPositionInStream", position, rule);
  },
} as const;

/** @internal Whether it says where to begin: one of ours, or what has the same methods. */
export function isInitialPosition(value: unknown): value is KinesisInitialPosition {
  const position = value as Partial<AtTimestamp> | null | undefined;
  if (typeof position?.getPosition !== "function") return false;
  const where = position.getPosition();
  if (!Object.hasOwn(InitialPositionInStream, where)) return false;
  return where !== InitialPositionInStream.AT_TIMESTAMP || typeof position.getTimestamp === "function";
}

/** @internal The time of one with `AT_TIMESTAMP`, ms. */
export function timestampOf(position: KinesisInitialPosition): number {
  return (position as AtTimestamp).getTimestamp().getTime();
}

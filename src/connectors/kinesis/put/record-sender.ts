import { isThrottled, isTransient } from "../client/failure.js";
import type { KinesisApi, PutRecord } from "../client/kinesis-api.js";
import { type Patience, Pauses, pause } from "../client/patience.js";
import { E } from "../errors.js";
import { weightOf } from "./put-message.js";

/** What one request may put: records, and bytes with their keys. */
const MOST_RECORDS = 500;
const MOST_BYTES = 5 * 1024 * 1024;

/** What Kinesis says of a record that came too soon. */
const THROTTLED = /^(?:ProvisionedThroughputExceeded|KMSThrottling|Throttling)/;

/**
 * Puts records in requests as large as Kinesis takes them, one after the other. Those of a request that were not taken are put
 * again, as often as it takes where Kinesis throttles: each at least once.
 */
export class RecordSender {
  #records: PutRecord[] = [];
  #bytes = 0;

  constructor(
    private readonly api: KinesisApi,
    private readonly patience: Patience,
    /** Called before each request; an error that it throws ends the sending. */
    private readonly check: () => void = () => {},
  ) {}

  /** Takes a record; `undefined` when it waits for others, else a promise of the moment when there is room again. */
  add(record: PutRecord): Promise<void> | undefined {
    const weight = weightOf(record);
    const isFull = this.#records.length === MOST_RECORDS || (this.#bytes > 0 && this.#bytes + weight > MOST_BYTES);
    const sent = isFull ? this.flush() : undefined;
    this.#records.push(record);
    this.#bytes += weight;
    return sent;
  }

  /** Resolves when Kinesis has everything. */
  async flush(): Promise<void> {
    let left: readonly PutRecord[] = this.#records;
    this.#records = [];
    this.#bytes = 0;
    const pauses = new Pauses(this.patience);
    for (let failed = 0; left.length > 0; ) {
      this.check();
      const { refused, why, throttled } = await this.#put(left);
      if (refused.length === 0) return;
      if (refused.length < left.length) {
        pauses.reset();
        failed = 0;
      }
      if (!throttled && ++failed >= this.patience.maxAttempts) {
        throw E.KINESIS_NOT_TAKEN(refused.length, this.api.streamName, this.api.endpointUrl, why);
      }
      left = refused;
      await pause(pauses.next());
    }
  }

  /** Puts once; what was not taken, and why the first of them. */
  async #put(records: readonly PutRecord[]) {
    try {
      const answers = await this.api.put(records);
      const refused = records.filter((_, i) => answers[i] !== undefined);
      const why = answers.find(answer => answer !== undefined) ?? "";
      return { refused, why, throttled: THROTTLED.test(why) };
    } catch (error) {
      if (!isTransient(error)) throw error;
      return { refused: records, why: (error as Error).message, throttled: isThrottled(error) };
    }
  }
}

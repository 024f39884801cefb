import { partitionKey, type TopicPartition } from "../topic-partition.js";

interface Waiting<P, R> {
  readonly partition: P;
  readonly resolve: (answer: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts what is asked about several partitions in one turn of the event loop into one request a broker. */
export class Coalesced<P extends TopicPartition, R extends TopicPartition> {
  /** By where they go; a list is one request. */
  readonly #waiting = new Map<string, Waiting<P, R>[][]>();

  /** @param to which requests can be one, e.g. the number of the broker */
  ask(to: string, partition: P, send: (partitions: readonly P[]) => Promise<readonly R[]>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      let requests = this.#waiting.get(to);
      if (requests === undefined) {
        requests = [];
        this.#waiting.set(to, requests);
        setImmediate(() => {
          const lists = this.#waiting.get(to) ?? [];
          this.#waiting.delete(to);
          for (const list of lists) void answer(list, send);
        });
      }
      // A request names a partition once: two readers of one partition are two requests.
      const key = partitionKey(partition);
      const free = requests.find(list => list.every(e => partitionKey(e.partition) !== key));
      if (free === undefined) requests.push([{ partition, resolve, reject }]);
      else free.push({ partition, resolve, reject });
    });
  }
}

async function answer<P extends TopicPartition, R extends TopicPartition>(
  entries: readonly Waiting<P, R>[],
  send: (partitions: readonly P[]) => Promise<readonly R[]>,
): Promise<void> {
  try {
    const answers = await send(entries.map(e => e.partition));
    const byKey = new Map(answers.map(a => [partitionKey(a), a]));
    for (const { partition, resolve, reject } of entries) {
      const found = byKey.get(partitionKey(partition));
      if (found === undefined) reject(new Error(`the broker left ${partitionKey(partition)} out of its answer`));
      else resolve(found);
    }
  } catch (error) {
    for (const { reject } of entries) reject(error);
  }
}

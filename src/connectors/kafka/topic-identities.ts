import type { KafkaClient } from "./client/kafka-client.js";

/**
 * Which topic a name belonged to when it was last looked at. A topic that was deleted and made anew has another id, and its
 * offsets mean nothing of what the earlier one's meant.
 */
export class TopicIdentities {
  readonly #ids = new Map<string, string>();

  /** Those of `topics` that are not the topics they were; they stay so until {@link accept}. Brokers before 3.1 cannot tell. */
  async remade(client: KafkaClient, topics: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const remade = new Map<string, string>();
    for (const [topic, id] of await client.topicIds([...new Set(topics)])) {
      const before = this.#ids.get(topic);
      if (before === undefined) this.#ids.set(topic, id);
      else if (before !== id) remade.set(topic, id);
    }
    return remade;
  }

  /** From now on the name belongs to the topic with this id; without one, to whichever is found. */
  accept(topic: string, id?: string): void {
    if (id === undefined) this.#ids.delete(topic);
    else this.#ids.set(topic, id);
  }

  /** As JSON, for a checkpoint. */
  save(): Record<string, string> {
    return Object.fromEntries(this.#ids);
  }

  restore(saved: Readonly<Record<string, string>>): void {
    for (const [topic, id] of Object.entries(saved)) this.#ids.set(topic, id);
  }
}

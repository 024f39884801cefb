import { type Clock, sleep, systemClock } from "../../../core/clock/clock.js";
import { SparkError } from "../../../core/errors/spark-error.js";
import { nearest } from "../../../core/util/nearest.js";
import type { ConnectionSettings } from "../connection-params.js";
import { E } from "../errors.js";
import type { FetchSettings } from "../params.js";
import { protocolError } from "../protocol/error-codes.js";
import type { FetchedPartition, FetchPartition } from "../protocol/fetch.js";
import type { ProducedPartition, ProduceOptions, ProducePartition } from "../protocol/produce.js";
import { fromPartitionKey, partitionKey, type TopicPartition, type TopicPartitionOffset } from "../topic-partition.js";
import { Coalesced } from "./coalesced.js";
import { brokerOf, errorType, type Failure, failureOf, reasonOf, rootOf } from "./failure.js";
import { EARLIEST, type KafkaCluster, LATEST, type PartitionLeader } from "./kafka-cluster.js";
import { openCluster } from "./kafkajs-cluster.js";
import { Outage, tell } from "./outage.js";
import { withTimeout } from "./request-timeout.js";
import { Throttled } from "./throttled.js";

/** How long a first connection is tried: a broker that is starting gets its chance, a mistyped port is told soon. */
const FIRST_CONTACT_MS = 3_000;
/** How long a topic may be unknown right after its creation; and when it was known and the only broker starts again. */
const UNKNOWN_TOPIC_MS = 2_000;
const LOST_TOPIC_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** How soon it is asked again whether an earlier transaction has ended. */
const BUSY_PAUSE_MS = 5;

/**
 * A Kafka cluster as the rest of the connector sees it: requests by topic and partition, which are tried again with fresh
 * connections and fresh metadata while brokers restart or leaders move, until `default.api.timeout.ms` has passed.
 */
export class KafkaClient {
  readonly addresses: string;
  readonly #outage: Outage;
  #cluster: Promise<KafkaCluster> | undefined;
  /** The addresses of all brokers, as last heard. */
  #brokers: readonly string[] = [];
  /** How many addresses did not answer so far: with which one the next connection begins. */
  #turn = 0;
  /** Whether there are addresses of `bootstrap.servers` that had no chance to answer yet. */
  #untried = true;
  /** Whether a broker has answered before, if only that it cannot say yet. */
  #reached = false;
  /** Topics that were there once: for them a broker that knows nothing of them may still be starting. */
  readonly #seen = new Set<string>();
  /** topic -> leader of each partition. */
  readonly #leaders = new Map<string, Promise<ReadonlyMap<number, number>>>();
  /** The address of each partition's leader, as last known, by `topic-partition`. */
  readonly #addressOf = new Map<string, string>();
  /** Which partitions a request was about that failed. */
  readonly #about = new WeakMap<object, readonly TopicPartition[]>();
  readonly #fetches = new Coalesced<FetchPartition, FetchedPartition>();
  readonly #produced = new Coalesced<ProducePartition, ProducedPartition>();

  constructor(
    readonly settings: ConnectionSettings,
    readonly fetchSettings: FetchSettings,
    readonly clock: Clock = systemClock,
  ) {
    this.addresses = settings.brokers.join(",");
    this.#outage = new Outage(clock);
  }

  /** The numbers of the topic's partitions, in order; a topic that does not exist is an error. */
  async partitionsOf(topic: string): Promise<number[]> {
    this.#leaders.delete(topic);
    const leaders = await this.#retry(`topic ${topic}`, [topic], () => this.#leadersOf(topic));
    return [...leaders.keys()].sort((a, b) => a - b);
  }

  /** The names of all topics, internal ones too. */
  topicNames(): Promise<string[]> {
    return this.#retry("the list of topics", [], cluster => cluster.topicNames());
  }

  /** The ids of these topics, by name: a topic that is made anew gets another. Empty where brokers have none (before 3.1). */
  topicIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#retry(`the ids of ${topics.join(", ")}`, [], cluster => cluster.topicIds(topics));
  }

  /** The first offset of each partition that is still there. */
  earliest(partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    return this.offsetsAt(partitions, EARLIEST);
  }

  /** The offset after the last record of each partition that may be read. */
  latest(partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    return this.offsetsAt(partitions, LATEST);
  }

  /** The first offset of each partition whose record is not older than `time` (ms); -1 where there is none. */
  offsetsAt(partitions: readonly TopicPartition[], time: number): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return Promise.resolve([]);
    const topics = [...new Set(partitions.map(p => p.topic))];
    return this.#retry(
      `offsets of ${topics.join(", ")}`,
      topics,
      async cluster => {
        const byLeader = new Map<number, TopicPartition[]>();
        for (const p of partitions) {
          const leader = await this.#leaderOf(p);
          const list = byLeader.get(leader);
          if (list) list.push(p);
          else byLeader.set(leader, [p]);
        }
        const ask = ([leader, ps]: [number, TopicPartition[]]) =>
          cluster.listOffsets(leader, ps, time).catch((error: object) => {
            this.#about.set(error, ps);
            throw error;
          });
        const lists = await Promise.all([...byLeader].map(ask));
        return lists.flat();
      },
      partitions,
    );
  }

  /** What `groupId` has committed, without the partitions where it has nothing. */
  async committed(groupId: string, partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return [];
    const all = await this.#retry(`offsets of group ${groupId}`, [], cluster => cluster.committed(groupId, partitions));
    return all.filter(p => p.offset >= 0);
  }

  /** Commits for `groupId` that it has processed everything before `offsets`. */
  async commit(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    if (offsets.length === 0) return;
    await this.#retry(`commits of group ${groupId}`, [], cluster => cluster.commit(groupId, offsets));
  }

  /**
   * Record batches from an offset on. What is asked for in one turn of the event loop goes out as one request a broker, unless
   * it is to be `alone`: a broker leaves partitions empty once the request's `fetch.max.bytes` are used up, but never the first.
   */
  fetch(partition: FetchPartition, alone = false): Promise<FetchedPartition> {
    return this.#retry(
      `records of ${partitionKey(partition)}`,
      [partition.topic],
      async cluster => {
        const leader = await this.#leaderOf(partition);
        const { maxWaitMs, minBytes, maxBytes } = this.fetchSettings;
        const options = { maxWaitMs, minBytes, maxBytes, readCommitted: this.settings.readCommitted };
        const to = alone ? `${leader} ${partitionKey(partition)}` : String(leader);
        const fetched = await this.#fetches.ask(to, partition, partitions =>
          cluster.fetch(leader, partitions, options),
        );
        if (fetched.errorCode !== 0) throw protocolError(fetched.errorCode);
        return fetched;
      },
      [partition],
      this.fetchSettings.maxWaitMs,
    );
  }

  /**
   * Sends a record batch to its partition's leader. Those of one turn of the event loop and one transaction go out as one
   * request a broker. A batch of a numbered producer that is there already is not written again.
   */
  produce(batch: ProducePartition, options: ProduceOptions): Promise<ProducedPartition> {
    return this.#retry(
      `records for ${partitionKey(batch)}`,
      [batch.topic],
      async cluster => {
        const leader = await this.#leaderOf(batch);
        const to = `${leader} ${options.acks} ${options.transactionalId ?? ""}`;
        const produced = await this.#produced.ask(to, batch, batches => cluster.produce(leader, batches, options));
        if (produced.errorCode !== 0) throw protocolError(produced.errorCode);
        return produced;
      },
      [batch],
    );
  }

  /** How many partitions a topic has, asked once. */
  async countPartitions(topic: string): Promise<number> {
    return (await this.#retry(`topic ${topic}`, [topic], () => this.#leadersOf(topic))).size;
  }

  /** Any other request, tried again like all; `what` it is, for messages. */
  request<T>(what: string, run: (cluster: KafkaCluster) => Promise<T>): Promise<T> {
    return this.#retry(what, [], run);
  }

  /** Closes the connections; the next request opens them again. */
  close(): void {
    this.#leaders.clear();
    if (this.#cluster !== undefined) this.#forget(this.#cluster);
  }

  async #leaderOf({ topic, partition }: TopicPartition): Promise<number> {
    const leaders = await this.#leadersOf(topic);
    const leader = leaders.get(partition);
    if (leader === undefined) throw E.KAFKA_UNKNOWN_PARTITION(topic, partition, this.addresses, leaders.size);
    return leader;
  }

  #leadersOf(topic: string): Promise<ReadonlyMap<number, number>> {
    let leaders = this.#leaders.get(topic);
    if (leaders === undefined) {
      leaders = this.#connected().then(async cluster => {
        const partitions = await cluster.partitions(topic);
        this.#brokers = cluster.addresses;
        this.#seen.add(topic);
        this.#noteLeaders(topic, partitions);
        return new Map(partitions.map(p => [p.partition, p.leader]));
      });
      this.#leaders.set(topic, leaders);
      leaders.catch(() => this.#leaders.delete(topic));
    }
    return leaders;
  }

  /** Tells of partitions whose leader is another broker than before. */
  #noteLeaders(topic: string, partitions: readonly PartitionLeader[]): void {
    for (const { partition, leader, address } of partitions) {
      // Between two leaders there is none: nothing has moved yet.
      if (leader < 0) continue;
      const key = partitionKey({ topic, partition });
      const before = this.#addressOf.get(key);
      this.#addressOf.set(key, address);
      if (before !== undefined && before !== address) {
        tell(`Kafka partition ${key} is led by ${address} now, before it was ${before}`);
      }
    }
  }

  /** Where a partition is, as last known: the address of its leader. */
  addressOf(partition: TopicPartition): string {
    return this.#addressOf.get(partitionKey(partition)) ?? this.addresses;
  }

  /** The partitions that the broker at `address` leads, as last known. */
  #ledBy(address: string | undefined): TopicPartition[] {
    const keys = [...this.#addressOf].filter(([, leader]) => leader === address).map(([key]) => key);
    return keys.sort().map(fromPartitionKey);
  }

  /** A topic is gone: what is known of it says nothing about another one of the same name. */
  forget(topic: string): void {
    this.#leaders.delete(topic);
    this.#seen.delete(topic);
    for (const key of this.#addressOf.keys()) {
      if (fromPartitionKey(key).topic === topic) this.#addressOf.delete(key);
    }
  }

  /** `Kafka partitions orders-0, orders-1 at 127.0.0.1:9092`; what else was asked for, where it was about no partition. */
  #where(what: string, partitions: readonly TopicPartition[]): string {
    if (partitions.length === 0) return `Kafka at ${this.addresses}, asked for ${what},`;
    const names = partitions.map(partitionKey);
    const list = names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    const addresses = [...new Set(partitions.map(p => this.addressOf(p)))];
    return `Kafka partition${names.length > 1 ? "s" : ""} ${list} at ${addresses.join(", ")}`;
  }

  #connected(): Promise<KafkaCluster> {
    this.#cluster ??= this.#connect();
    return this.#cluster;
  }

  /** Connects to the first broker that answers: one of `bootstrap.servers`, or of those that were there before. */
  async #connect(): Promise<KafkaCluster> {
    const { connectTimeoutMs, requestTimeoutMs } = this.settings;
    const addresses = [...new Set([...this.settings.brokers, ...this.#brokers])];
    // An attempt that was given up may still be at it: each goes through all of them by itself.
    const first = this.#turn;
    for (let tried = 1; ; tried++) {
      const address = addresses[(first + tried - 1) % addresses.length]!;
      const cluster = await openCluster({ ...this.settings, brokers: [address] });
      // It opens the socket and asks for the broker's versions, each within the time for a connection.
      try {
        await withTimeout(cluster.connect(), Math.min(requestTimeoutMs, connectTimeoutMs * 2), this.clock);
        this.#untried = false;
        return cluster;
      } catch (error) {
        cluster.close();
        this.#turn = Math.max(this.#turn, first + tried);
        if (this.#turn >= this.settings.brokers.length) this.#untried = false;
        if (failureOf(error) !== "connection" || tried === addresses.length) throw error;
      }
    }
  }

  /**
   * Runs `request`, again and again while that may help, and turns what is left into one clear error.
   *
   * @param waitMs how long a broker may take its time with the answer
   */
  async #retry<T>(
    what: string,
    topics: readonly string[],
    request: (cluster: KafkaCluster) => Promise<T>,
    partitions?: readonly TopicPartition[],
    waitMs = 0,
  ): Promise<T> {
    const { requestTimeoutMs, patienceMs } = this.settings;
    // One attempt must not use up the patience for all: a connection to a broker that was killed may never answer.
    const attemptMs = Math.min(requestTimeoutMs * 2, Math.max(1, patienceMs / 4)) + waitMs;
    let begin = this.clock.monotonic();
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const connecting = this.#connected();
      try {
        const answer = await withTimeout(connecting.then(request), attemptMs, this.clock);
        this.#reached = true;
        this.#outage.ends();
        return answer;
      } catch (error) {
        if (error instanceof SparkError) throw error;
        if (error instanceof Throttled) {
          // The broker is there: what it makes the client wait uses up nobody's patience.
          this.#reached = true;
          begin = this.clock.monotonic() + error.ms;
          await sleep(error.ms, this.clock);
          continue;
        }
        const failure = failureOf(error);
        if (failure === "moved" || failure === "busy") this.#reached = true;
        const elapsed = this.clock.monotonic() - begin;
        const patience = this.#patience(failure, topics);
        if (failure === "connection") this.#forget(connecting);
        if (failure === "busy") pause = BUSY_PAUSE_MS;
        else this.#leaders.clear();
        if (elapsed + pause > patience) {
          this.#outage.givenUp();
          throw await this.#translate(error, failure, what, topics, elapsed);
        }
        const affected = this.#about.get(error as object) ?? partitions ?? this.#ledBy(brokerOf(error));
        if (this.#reached && failure !== "unknown" && failure !== "busy")
          this.#outage.begins(() => this.#where(what, affected), reasonOf(error), patience);
        await sleep(pause, this.clock);
      }
    }
  }

  /** How long a request for these topics is tried again after such a failure, ms. */
  #patience(failure: Failure, topics: readonly string[]): number {
    const { patienceMs, requestTimeoutMs } = this.settings;
    if (failure === "refused" || failure === "untrusted" || failure === "final") return 0;
    if (failure === "unknown") {
      const all = topics.every(topic => this.#seen.has(topic));
      return Math.min(all ? LOST_TOPIC_MS : UNKNOWN_TOPIC_MS, requestTimeoutMs);
    }
    return this.#reached || this.#untried ? patienceMs : Math.min(FIRST_CONTACT_MS, requestTimeoutMs);
  }

  /** Gives a connection up, unless it was replaced already. */
  #forget(connecting: Promise<KafkaCluster>): void {
    if (this.#cluster !== connecting) return;
    this.#cluster = undefined;
    connecting.then(cluster => cluster.close()).catch(() => {});
  }

  async #translate(
    error: unknown,
    failure: Failure,
    what: string,
    topics: readonly string[],
    elapsed: number,
  ): Promise<SparkError> {
    const why = reasonOf(error);
    if (failure === "connection" && !this.#reached) {
      // What led to it is in its message: a chain of the client's own wrappers would say it three times.
      return E.KAFKA_UNREACHABLE(this.addresses, why, elapsed, this.#guess(why));
    }
    if (failure === "untrusted") return E.KAFKA_UNTRUSTED(this.addresses, why);
    if (failure === "refused") {
      const { sasl } = this.settings;
      const whom =
        sasl && !/AUTHORIZATION_FAILED/.test(errorType(error)) ? `the user ${JSON.stringify(sasl.username)}` : what;
      return E.KAFKA_NOT_ALLOWED.because(rootOf(error), whom, this.addresses, why);
    }
    if (failure === "unknown" && topics.length > 0) {
      const asked = this.#connected().then(cluster => cluster.topicNames());
      const names = await withTimeout(asked, this.settings.requestTimeoutMs, this.clock).catch((): string[] => []);
      const missing = topics.find(topic => !names.includes(topic)) ?? topics[0]!;
      const writes = this.settings.createsTopics ?? false;
      return E.KAFKA_UNKNOWN_TOPIC(missing, this.addresses, nearest(missing, names), writes);
    }
    return E.KAFKA_REQUEST_FAILED.because(rootOf(error), what, this.addresses, why, elapsed);
  }

  /** What is most likely wrong when no connection comes about. */
  #guess(why: string): string {
    if (/ECONNREFUSED/.test(why)) return "Is the broker running, and is the port right?";
    if (/ENOTFOUND|EAI_AGAIN/.test(why)) return "Is the host's name right?";
    const { tls, sasl } = this.settings;
    if (tls !== undefined && /EPROTO|SSL|TLS|closed|disconnected|reset|hang up|timeout|no answer/i.test(why)) {
      return `Does this port speak TLS at all? Then set security.protocol to ${sasl ? "SASL_PLAINTEXT" : "PLAINTEXT"}.`;
    }
    if (tls === undefined && /closed|disconnected|reset|timeout|no answer/i.test(why)) {
      if (sasl !== undefined) return "Does this port speak TLS? Then set security.protocol to SASL_SSL.";
      return "Does this port speak TLS? Then set security.protocol to SSL. Does it want a user? Then SASL_PLAINTEXT or SASL_SSL.";
    }
    return "Is the address right, and does a firewall let it through?";
  }
}

// The only file that knows kafkajs, and that uses what kafkajs 2.2.4 does not export: its cluster, and a broker's pool of
// connections. kafkajs has no consumer without group membership; its sockets, TLS, SASL, metadata and coordinators are
// used as they are, and the Fetch request goes over its connections in the bytes of protocol/fetch.ts.
import type { Socket } from "node:net";
import type { Broker, Cluster, LogEntry, SASLOptions } from "kafkajs";
import { getLogger } from "../../../core/log/logger.js";
import type { ConnectionSettings } from "../connection-params.js";
import { protocolError } from "../protocol/error-codes.js";
import {
  decodeFetch,
  encodeFetch,
  FETCH_API_KEY,
  FETCH_API_VERSION,
  type FetchedPartition,
  type FetchOptions,
  type FetchPartition,
} from "../protocol/fetch.js";
import {
  type CommittedOffset,
  decodeOffsetFetch,
  encodeOffsetFetch,
  OFFSET_FETCH_API_KEY,
  OFFSET_FETCH_API_VERSION,
} from "../protocol/offset-fetch.js";
import {
  decodeProduce,
  encodeProduce,
  PRODUCE_API_KEY,
  PRODUCE_API_VERSION,
  type ProducedPartition,
  type ProduceOptions,
  type ProducePartition,
} from "../protocol/produce.js";
import { decodeTopicIds, encodeTopicIds, METADATA_API_KEY, METADATA_API_VERSION } from "../protocol/topic-ids.js";
import type { TopicPartition, TopicPartitionOffset } from "../topic-partition.js";
import type { InTransaction, KafkaCluster, PartitionLeader, ProducerNumber } from "./kafka-cluster.js";
import { ConnectionClosed, openSocket, Sockets } from "./sockets.js";
import { Throttled } from "./throttled.js";

const log = getLogger("kafkajs");

/** In front of each answer stands its length, an INT32. */
const SIZE_BYTES = 4;

/** A connection's queue of requests. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}
interface Connection {
  readonly requestQueue: RequestQueue;
  readonly socket?: Socket | null;
  /** `host:port` */
  readonly broker: string;
  /** What has come of an answer that is not complete. */
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  connect(): Promise<boolean>;
  rejectRequests(error: Error): void;
}
interface ConnectionPool {
  readonly pool: readonly Connection[];
  getConnection(index: number): Promise<unknown>;
  send<T>(request: {
    request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<Encoded> };
    response: { decode: (bytes: Buffer) => Promise<T>; parse: (answer: T) => Promise<T> };
    logResponseError: boolean;
  }): Promise<T>;
}
/** What a request's encoder looks like to kafkajs, around bytes that are ready. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}
type PrivateBroker = Broker & {
  /** What it speaks, by the key of the request. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  readonly connectionPool: ConnectionPool;
  listOffsets(request: {
    replicaId: number;
    isolationLevel: number;
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  initProducerId(request: {
    transactionalId: string | undefined;
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(
    request: InTransaction & { topics: { topic: string; partitions: number[] }[] },
  ): Promise<{ errors: unknown }>;
  addOffsetsToTxn(request: InTransaction & { groupId: string }): Promise<unknown>;
  txnOffsetCommit(
    request: InTransaction & {
      groupId: string;
      topics: { topic: string; partitions: { partition: number; offset: string; metadata: string }[] }[];
    },
  ): Promise<unknown>;
  endTxn(request: InTransaction & { transactionResult: boolean }): Promise<unknown>;
};
/** Kafka's types of coordinators. */
type CoordinatorType = 0 | 1;
const GROUP = 0;
const TRANSACTION = 1;
type CreateCluster = (options: {
  metadataMaxAge: number;
  allowAutoTopicCreation: boolean;
  isolationLevel: number;
}) => Cluster & {
  readonly brokerPool: {
    readonly brokers: Readonly<Record<string, Broker>>;
    readonly metadata?: { readonly brokers: readonly { nodeId: number; host: string; port: number }[] };
    findConnectedBroker(): Promise<Broker>;
  };
  readonly targetTopics: Set<string>;
  readonly connectionPoolBuilder: { build(destination?: object): Promise<ConnectionPool> };
  findGroupCoordinator(request: { groupId: string; coordinatorType: CoordinatorType }): Promise<PrivateBroker>;
};

/** Makes the cluster's client; connects to nothing yet. */
export async function openCluster(settings: ConnectionSettings): Promise<KafkaCluster> {
  const { Kafka, logLevel } = (await import("kafkajs")).default;
  const sockets = new Sockets();
  const kafka = new Kafka({
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    // Requests are timed by their caller: kafkajs's own check is an interval that keeps an idle process alive.
    enforceRequestTimeout: false,
    // What is tried again, for how long and what is said about it is decided in one place, kafka-client.ts.
    retry: { retries: 0 },
    ssl: settings.tls !== undefined,
    sasl: settings.sasl as SASLOptions | undefined,
    socketFactory: args => sockets.open(() => openSocket(args, settings.tls)),
    logLevel: log.isEnabled("TRACE") ? logLevel.DEBUG : logLevel.WARN,
    logCreator: () => passOn,
  });
  const symbol = Object.getOwnPropertySymbols(kafka).find(s => s.description === "private:Kafka:createCluster");
  const createCluster = (kafka as unknown as Record<symbol, CreateCluster>)[symbol as symbol]!;
  const cluster = createCluster({
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: settings.createsTopics ?? false,
    isolationLevel: settings.readCommitted ? 1 : 0,
  });
  const { build } = cluster.connectionPoolBuilder;
  cluster.connectionPoolBuilder.build = async destination => {
    const pool = await build(destination);
    for (const connection of pool.pool) {
      calm(connection.requestQueue);
      endWithSocket(connection);
    }
    return pool;
  };
  return new Connected(cluster, settings, sockets);
}

/**
 * kafkajs looks after a connection's waiting requests every millisecond from its first answer on, for ever, whether or not
 * any wait: that keeps an idle process alive and busy. A look is needed only while some do.
 */
function calm(queue: RequestQueue): void {
  const look = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) look();
  };
}

/**
 * kafkajs hears of a socket's end or error, not of its close: requests in flight on a socket that this side destroyed, or
 * that closes after kafkajs began to disconnect, would wait for an answer that cannot come. And what it had of an answer when
 * a socket died it takes for the beginning of what comes over the next one, which then never answers, or answers nonsense.
 */
function endWithSocket(connection: Connection): void {
  const connect = connection.connect.bind(connection);
  connection.connect = () => {
    const before = connection.socket;
    const connecting = connect();
    const { socket } = connection;
    if (socket && socket !== before) {
      before?.destroy();
      connection.chunks = [];
      connection.bytesBuffered = 0;
      connection.bytesNeeded = SIZE_BYTES;
      socket.once("close", () => {
        // kafkajs may have opened the next socket meanwhile: its requests are alive.
        if (connection.socket === socket) connection.rejectRequests(new ConnectionClosed(connection.broker));
      });
    }
    return connecting;
  };
}

class Connected implements KafkaCluster {
  /** The second connection of each broker, which kafkajs keeps for Fetch; opened once, not by each of several fetches. */
  readonly #fetchConnections = new WeakMap<object, Promise<unknown>>();
  /** The last question about a topic. */
  #metadata: Promise<unknown> = Promise.resolve();
  readonly #coordinators = new Map<string, Promise<PrivateBroker>>();

  constructor(
    private readonly cluster: ReturnType<CreateCluster>,
    private readonly settings: ConnectionSettings,
    private readonly sockets: Sockets,
  ) {}

  connect(): Promise<void> {
    return this.cluster.connect();
  }

  get addresses(): string[] {
    return (this.cluster.brokerPool.metadata?.brokers ?? []).map(b => `${b.host}:${b.port}`);
  }

  partitions(topic: string): Promise<PartitionLeader[]> {
    const asked = this.#metadata.then(() => this.#partitions(topic));
    this.#metadata = asked.catch(() => {});
    return asked;
  }

  async #partitions(topic: string): Promise<PartitionLeader[]> {
    // One topic at a time: asked for several, kafkajs fails for all when one of them is gone.
    this.cluster.targetTopics.clear();
    this.cluster.targetTopics.add(topic);
    await this.cluster.refreshMetadata();
    const brokers = this.cluster.brokerPool.metadata?.brokers ?? [];
    const addresses = new Map(brokers.map(b => [b.nodeId, `${b.host}:${b.port}`]));
    return this.cluster.findTopicPartitionMetadata(topic).map(({ partitionId: partition, leader }) => {
      return { partition, leader, address: addresses.get(leader) ?? "no broker" };
    });
  }

  async topicNames(): Promise<string[]> {
    const broker = await this.cluster.brokerPool.findConnectedBroker();
    return (await broker.metadata([])).topicMetadata.map(t => t.topic);
  }

  async topicIds(topics: readonly string[]): Promise<Map<string, string>> {
    const { versions, connectionPool } = (await this.cluster.brokerPool.findConnectedBroker()) as PrivateBroker;
    if (!((versions?.[METADATA_API_KEY]?.maxVersion ?? 0) >= METADATA_API_VERSION)) return new Map();
    const bytes = encodeTopicIds(topics);
    return send(connectionPool, METADATA_API_KEY, METADATA_API_VERSION, "Metadata", bytes, decodeTopicIds);
  }

  async listOffsets(
    leader: number,
    partitions: readonly TopicPartition[],
    time: number,
  ): Promise<TopicPartitionOffset[]> {
    const broker = await this.#broker(leader);
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel: this.settings.readCommitted ? 1 : 0,
      topics: byTopic(partitions, p => ({ partition: p.partition, timestamp: time })),
    });
    return flat(responses);
  }

  async committed(groupId: string, partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    const topics = byTopic(partitions, p => ({ partition: p.partition, offset: "" }));
    const { responses } = await this.#coordinated(groupId, GROUP, broker => broker.offsetFetch({ groupId, topics }));
    return flat(responses);
  }

  async commit(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const topics = byTopic(offsets, p => ({ partition: p.partition, offset: String(p.offset) }));
    // Generation -1 and no member: a group that commits without members, as an assigned consumer's does.
    const request = { groupId, groupGenerationId: -1, memberId: "", topics };
    await this.#coordinated(groupId, GROUP, broker => broker.offsetCommit(request));
  }

  async fetch(
    leader: number,
    partitions: readonly FetchPartition[],
    options: FetchOptions,
  ): Promise<FetchedPartition[]> {
    const pool = (await this.#broker(leader)).connectionPool;
    await this.#fetchConnection(pool);
    const bytes = encodeFetch(partitions, options);
    const answer = await send(pool, FETCH_API_KEY, FETCH_API_VERSION, "Fetch", bytes, decodeFetch);
    if (answer.errorCode !== 0) throw protocolError(answer.errorCode);
    if (answer.throttleMs > 0 && answer.partitions.length === 0) throw new Throttled(answer.throttleMs);
    return answer.partitions;
  }

  async stableOffsets(groupId: string): Promise<CommittedOffset[]> {
    const { errorCode, offsets } = await this.#coordinated(groupId, GROUP, broker =>
      send(
        broker.connectionPool,
        OFFSET_FETCH_API_KEY,
        OFFSET_FETCH_API_VERSION,
        "OffsetFetch",
        encodeOffsetFetch(groupId),
        decodeOffsetFetch,
      ),
    );
    const failed = offsets.find(o => o.errorCode !== 0)?.errorCode ?? errorCode;
    if (failed !== 0) throw protocolError(failed);
    return offsets;
  }

  async initProducerId(transactionalId: string | undefined, transactionTimeoutMs: number): Promise<ProducerNumber> {
    await this.#knowBrokers();
    const request = { transactionalId, transactionTimeout: transactionTimeoutMs };
    const answer =
      transactionalId === undefined
        ? await ((await this.cluster.brokerPool.findConnectedBroker()) as PrivateBroker).initProducerId(request)
        : await this.#coordinated(transactionalId, TRANSACTION, broker => broker.initProducerId(request));
    return { producerId: Number(answer.producerId), producerEpoch: answer.producerEpoch };
  }

  async addPartitionsToTransaction(transaction: InTransaction, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = byTopic(partitions, p => p.partition);
    await this.#coordinated(transaction.transactionalId, TRANSACTION, broker =>
      broker.addPartitionsToTxn({ ...transaction, topics }),
    );
  }

  async addOffsetsToTransaction(transaction: InTransaction, groupId: string): Promise<void> {
    await this.#coordinated(transaction.transactionalId, TRANSACTION, broker =>
      broker.addOffsetsToTxn({ ...transaction, groupId }),
    );
  }

  async commitInTransaction(
    transaction: InTransaction,
    groupId: string,
    offsets: readonly TopicPartitionOffset[],
    metadata: string,
  ): Promise<void> {
    const topics = byTopic(offsets, p => ({ partition: p.partition, offset: String(p.offset), metadata }));
    await this.#coordinated(groupId, GROUP, broker => broker.txnOffsetCommit({ ...transaction, groupId, topics }));
  }

  async endTransaction(transaction: InTransaction, how: "commit" | "abort"): Promise<void> {
    await this.#coordinated(transaction.transactionalId, TRANSACTION, broker =>
      broker.endTxn({ ...transaction, transactionResult: how === "commit" }),
    );
  }

  async produce(
    leader: number,
    batches: readonly ProducePartition[],
    options: ProduceOptions,
  ): Promise<ProducedPartition[]> {
    const { connectionPool } = await this.#broker(leader);
    const bytes = encodeProduce(batches, options);
    return send(connectionPool, PRODUCE_API_KEY, PRODUCE_API_VERSION, "Produce", bytes, decodeProduce);
  }

  close(): void {
    // kafkajs would wait for answers that may never come, and leave their sockets open meanwhile.
    this.cluster.disconnect().catch(() => {});
    this.sockets.close();
  }

  #broker(nodeId: number): Promise<PrivateBroker> {
    return this.cluster.findBroker({ nodeId: String(nodeId) }) as Promise<PrivateBroker>;
  }

  /** Asks the coordinator of a group or a transactional id; who that is, is asked once, until a request to it fails. */
  async #coordinated<T>(id: string, type: CoordinatorType, ask: (broker: PrivateBroker) => Promise<T>): Promise<T> {
    const key = `${type}${id}`;
    let coordinator = this.#coordinators.get(key);
    if (coordinator === undefined) {
      coordinator = this.#knowBrokers().then(() =>
        this.cluster.findGroupCoordinator({ groupId: id, coordinatorType: type }),
      );
      this.#coordinators.set(key, coordinator);
    }
    try {
      return await ask(await coordinator);
    } catch (error) {
      this.#coordinators.delete(key);
      throw error;
    }
  }

  /** kafkajs asks none but those that metadata has named, and a fresh connection has none yet. */
  #knowBrokers(): Promise<void> {
    const known = Object.keys(this.cluster.brokerPool.brokers).length > 0;
    return known ? Promise.resolve() : this.cluster.refreshMetadata();
  }

  #fetchConnection(pool: ConnectionPool): Promise<unknown> {
    let opening = this.#fetchConnections.get(pool);
    if (opening === undefined) {
      opening = pool.getConnection(1);
      this.#fetchConnections.set(pool, opening);
      opening.catch(() => this.#fetchConnections.delete(pool));
    }
    return opening;
  }
}

/** Sends a request whose bytes, without the header, are ready. */
function send<T>(
  pool: ConnectionPool,
  apiKey: number,
  apiVersion: number,
  apiName: string,
  bytes: Buffer,
  decode: (bytes: Buffer) => T,
): Promise<T> {
  return pool.send({
    request: { apiKey, apiVersion, apiName, encode: async () => ({ buf: bytes, buffer: bytes }) },
    response: { decode: async response => decode(response), parse: async decoded => decoded },
    logResponseError: false,
  });
}

function byTopic<P extends TopicPartition, R>(
  partitions: readonly P[],
  entry: (p: P) => R,
): { topic: string; partitions: R[] }[] {
  const topics = new Map<string, R[]>();
  for (const p of partitions) {
    const list = topics.get(p.topic);
    if (list) list.push(entry(p));
    else topics.set(p.topic, [entry(p)]);
  }
  return [...topics].map(([topic, list]) => ({ topic, partitions: list }));
}

function flat(
  topics: readonly { topic: string; partitions: { partition: number; offset: string }[] }[],
): TopicPartitionOffset[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map(p => ({ topic, partition: p.partition, offset: Number(p.offset) })),
  );
}

/** kafkajs's own lines: details for whoever looks for them, as what they lead to is told by the caller, once. */
function passOn({ namespace, label, log: entry }: LogEntry): void {
  const text = () => {
    const {
      message,
      timestamp: _1,
      logger: _2,
      stack: _3,
      ...more
    } = entry as { message: string } & Record<string, unknown>;
    return `[${namespace}] ${message} ${JSON.stringify(more)}`;
  };
  if (label === "ERROR" || label === "WARN") log.debug(text);
  else log.trace(text);
}

import { getLogger } from "../../core/log/logger.js";
import { RDD } from "../../core/rdd/rdd.js";
import { captureCallSite } from "../../core/util/call-site.js";
import type { DStreamNode } from "../../streaming/dstream/dstream-node.js";
import { InputNode } from "../../streaming/dstream/input-node.js";
import { OutputNode } from "../../streaming/dstream/output-node.js";
import type { DStream } from "../../streaming/dstream.js";
import type { DStreamGraph } from "../../streaming/dstream-graph.js";
import type { Time } from "../../streaming/time.js";
import { COMMITS_ITSELF, DirectKafkaInputDStream } from "./direct-kafka-input-dstream.js";
import { E } from "./errors.js";
import type { KafkaMessage } from "./producer/message.js";
import type { ProducerSettings, WriteSettings } from "./producer/producer-params.js";
import { SaveNode } from "./producer/save-node.js";
import { TransactionLog } from "./producer/transaction-log.js";
import type { RecordRun } from "./protocol/write-records.js";

const log = getLogger("KafkaUtils");

type AnyDirectStream = DirectKafkaInputDStream<unknown, unknown>;

/** The transactional ids in use, by graph: outputs that share one take turns. */
const logs = new WeakMap<DStreamGraph, Map<string, TransactionLog>>();

/**
 * Writes each batch of a stream in one transaction with the offsets of the direct streams it comes from.
 *
 * What a batch gives is made first, and then written, so that a transaction is open only as long as the writing takes.
 */
export class ExactlyOnceOutput<T> extends OutputNode<T> {
  readonly #sources: readonly AnyDirectStream[];
  readonly #log: TransactionLog;

  constructor(stream: DStream<T>, settings: ProducerSettings, toMessage: (element: T) => KafkaMessage) {
    const sources = directStreamsOf(stream.node as DStreamNode<unknown>);
    const { graph } = stream.node;
    const group = groupOf(sources, settings);
    check(sources, settings.write, graph);
    super(graph, "KafkaUtils.save (exactly once)", stream.node, captureCallSite(), (rdd, time) =>
      this.#save(rdd, time, settings.write, toMessage),
    );
    this.#sources = sources;
    this.#log = logOf(graph, settings, group);
    for (const source of sources) source.commitsWith(this.#log);
  }

  override problems(): string[] {
    const others = this.graph.outputs.filter(output => output instanceof ExactlyOnceOutput).length - 1;
    if (others === 0 || this.graph.checkpointDir !== undefined) return super.problems();
    const why =
      "needs a checkpoint directory where it is used more than once: the offsets of a group say what one output has written. Call ssc.checkpoint(directory) and go on with StreamingContext.getOrCreate";
    return [...super.problems(), E.KAFKA_EXACTLY_ONCE(why).message];
  }

  async #save(
    rdd: RDD<T>,
    time: Time,
    settings: WriteSettings,
    toMessage: (element: T) => KafkaMessage,
  ): Promise<void> {
    const { run } = this.#sources[0]!;
    const batch = { run, output: this.uid, batch: time.milliseconds };
    if (await this.#log.isWritten(batch)) return this.#tellWritten(time);
    const node = new SaveNode(rdd.node, { settings, toMessage, then: "keep" });
    const records = (await new RDD(rdd.sparkContext, node).collect()) as RecordRun[];
    const ranges = this.#sources.flatMap(source => source.rangesOf(time));
    // Nothing read and nothing to say: done again, it is the same nothing.
    if (records.length === 0 && ranges.every(range => range.count() === 0)) return;
    const ends = ranges.map(range => ({ ...range.topicPartition(), offset: range.untilOffset }));
    if (!(await this.#log.write({ ...batch, ends, records, codec: settings.codec }))) this.#tellWritten(time);
  }

  #tellWritten(time: Time): void {
    log.info(`The results of the batch of ${time} are in Kafka already, written before the restart: ${this.uid}`);
  }
}

/** The direct streams that an operator gets its records from. */
function directStreamsOf(last: DStreamNode<unknown>): AnyDirectStream[] {
  const seen = new Set([last]);
  for (const node of seen) for (const parent of node.parents) seen.add(parent);
  const inputs = [...seen].map(node => (node instanceof InputNode ? node.input : undefined));
  return inputs.filter((input): input is AnyDirectStream & typeof input => input instanceof DirectKafkaInputDStream);
}

function groupOf(sources: readonly AnyDirectStream[], { groupId }: ProducerSettings): string {
  if (sources.length === 0) {
    throw E.KAFKA_EXACTLY_ONCE("takes a stream that comes from KafkaUtils.createDirectStream: this one does not");
  }
  const groups = new Set(sources.map(source => source.group.id ?? groupId));
  const [group] = groups;
  if (group === undefined)
    throw E.KAFKA_EXACTLY_ONCE("needs the group.id of the direct stream: offsets are committed for a group");
  if (groups.size > 1) {
    throw E.KAFKA_EXACTLY_ONCE(`takes direct streams of one group.id: these have ${[...groups].join(" and ")}`);
  }
  return group;
}

function check(sources: readonly AnyDirectStream[], write: WriteSettings, { sparkContext }: DStreamGraph): void {
  if (sources.some(source => source.group.commitsItself)) throw E.KAFKA_EXACTLY_ONCE(COMMITS_ITSELF);
  if (!write.idempotent || write.acks !== -1) {
    throw E.KAFKA_EXACTLY_ONCE("needs acks=all and enable.idempotence=true, which are the defaults");
  }
  if (sparkContext.conf.getInt("spark.streaming.concurrentJobs") > 1) {
    throw E.KAFKA_EXACTLY_ONCE("needs batches one after the other: set spark.streaming.concurrentJobs to 1");
  }
}

function logOf(graph: DStreamGraph, settings: ProducerSettings, group: string): TransactionLog {
  const id = settings.transactionalId ?? `tspark-${group}`;
  const key = JSON.stringify([id, group, settings.write.connection.brokers]);
  let known = logs.get(graph);
  if (known === undefined) logs.set(graph, (known = new Map()));
  let transactions = known.get(key);
  if (transactions === undefined) known.set(key, (transactions = new TransactionLog(settings, id, group)));
  return transactions;
}

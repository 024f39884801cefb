import { chunksOf } from "../../../core/pipeline/evaluate.js";
import { BUSY } from "../../../core/plan/chunks.js";
import { type Dependency, OneToOneDependency } from "../../../core/plan/dependency.js";
import type { Partition } from "../../../core/plan/partition.js";
import { PlanNode } from "../../../core/plan/plan-node.js";
import { registerNode } from "../../../core/plan/travel.js";
import type { TaskContext } from "../../../core/scheduler/task-context.js";
import type { RecordRun } from "../protocol/write-records.js";
import { addressed, type KafkaMessage } from "./message.js";
import { withProducer } from "./producer.js";
import type { WriteSettings } from "./producer-params.js";
import { RecordSpread } from "./record-spread.js";
import { JAVA_SERIALIZERS, type Serializer } from "./serializers.js";

interface SaveData {
  readonly settings: WriteSettings;
  readonly toMessage: (element: never) => KafkaMessage;
  /** Whether the runs are written where they are made, or handed on to whoever puts them into a transaction. */
  readonly then: "send" | "keep";
}

/**
 * Makes of each element a record of Kafka, and of the records runs, one partition each. Runs are sent from the thread in
 * which they are made, and the result is how many records each had; or the runs themselves are the result.
 */
export class SaveNode<T> extends PlanNode<RecordRun | number> {
  readonly kind = "KafkaSave";

  constructor(
    override readonly parent: PlanNode<T>,
    readonly data: SaveData,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return this.parent.partitions;
  }

  protected listDependencies(): readonly Dependency[] {
    return [new OneToOneDependency(this.parent)];
  }

  override travel() {
    return { kind: "KafkaSave", module: import.meta.url, data: this.data };
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly (RecordRun | number)[]> {
    const { settings, then } = this.data;
    const toMessage = context.closure(this.data.toMessage) as (element: T) => KafkaMessage;
    const keySerializer = serializer(settings.keySerializer, context);
    const valueSerializer = serializer(settings.valueSerializer, context);
    const toRecord = (element: T) => addressed(toMessage(element), keySerializer, valueSerializer);
    const chunks = chunksOf(this.parent, split, context);
    const spread = new RecordSpread(settings, split.index);
    const give = (runs: readonly RecordRun[]) => (then === "keep" ? runs : sendAll(settings, runs, context));
    for await (const chunk of chunks as AsyncIterable<readonly T[]>) {
      yield await give(await spread.add(context.run(() => chunk.map(toRecord))));
    }
    yield await give(spread.rest());
  }
}

async function sendAll(
  settings: WriteSettings,
  runs: readonly RecordRun[],
  context: TaskContext,
): Promise<readonly number[]> {
  context.check();
  if (runs.length === 0) return BUSY;
  await withProducer(settings, producer => Promise.all(runs.map(run => producer.send(run))));
  for (const run of runs) {
    context.metrics.outputRecords += run.count;
    context.metrics.outputBytes += run.bytes.length;
  }
  return runs.map(run => run.count);
}

function serializer(named: Serializer | string, context: TaskContext): Serializer {
  return typeof named === "string" ? JAVA_SERIALIZERS[named]! : context.closure(named);
}

registerNode("KafkaSave", (data: SaveData, [parent]) => new SaveNode(parent as PlanNode<unknown>, data));

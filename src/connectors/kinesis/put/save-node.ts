import { chunksOf } from "../../../core/pipeline/evaluate.js";
import { BUSY } from "../../../core/plan/chunks.js";
import { type Dependency, OneToOneDependency } from "../../../core/plan/dependency.js";
import type { Partition } from "../../../core/plan/partition.js";
import { PlanNode } from "../../../core/plan/plan-node.js";
import { registerNode } from "../../../core/plan/travel.js";
import type { TaskContext } from "../../../core/scheduler/task-context.js";
import { acquireClient } from "../client/client-pool.js";
import type { Patience } from "../client/patience.js";
import { type CredentialParts, SparkAWSCredentials } from "../spark-aws-credentials.js";
import { type KinesisMessage, recordOf, weightOf } from "./put-message.js";
import { RecordSender } from "./record-sender.js";

/** All of it can travel. */
export interface SaveData {
  readonly streamName: string;
  readonly endpointUrl: string;
  readonly regionName: string;
  readonly credentials: CredentialParts;
  readonly patience: Patience;
  readonly toMessage: (element: never) => KinesisMessage;
}

/** Puts every element of a partition, from the thread in which it is made; the result is how many there were, chunk by chunk. */
export class SaveNode<T> extends PlanNode<number> {
  readonly kind = "KinesisSave";

  constructor(
    override readonly parent: PlanNode<T>,
    private readonly data: SaveData,
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
    return { kind: "KinesisSave", module: import.meta.url, data: this.data };
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly number[]> {
    const { credentials, patience, toMessage: f, ...where } = this.data;
    const toMessage = context.closure(f) as (element: T) => KinesisMessage;
    const settings = { ...where, credentials: new SparkAWSCredentials(credentials) };
    const chunks = chunksOf(this.parent, split, context) as AsyncIterable<readonly T[]>;
    const { client, release } = acquireClient(settings);
    try {
      const sender = new RecordSender(client, patience, () => context.check());
      // Each chunk is handed on: the event loop has its turn, and what makes the next one runs as code of the task again.
      for await (const chunk of chunks) {
        for (const record of context.run(() => chunk.map(element => recordOf(toMessage(element))))) {
          context.metrics.outputRecords++;
          context.metrics.outputBytes += weightOf(record);
          const sent = sender.add(record);
          if (sent !== undefined) await sent;
        }
        yield chunk.length === 0 ? BUSY : [chunk.length];
      }
      await sender.flush();
    } finally {
      release();
    }
  }
}

registerNode("KinesisSave", (data: SaveData, [parent]) => new SaveNode(parent as PlanNode<unknown>, data));

import { isMainThread } from "node:worker_threads";
import type { Partition } from "../../../src/core/plan/partition.js";
import { SourceNode } from "../../../src/core/plan/source-node.js";
import { registerNode } from "../../../src/core/plan/travel.js";

interface Letters extends Partition {
  readonly text: string;
}

/** A source that waits for its data, made again in workers from its module. */
export class LettersNode extends SourceNode<string> {
  readonly kind = "LettersRDD";

  constructor(private readonly texts: readonly string[]) {
    super();
  }

  protected listPartitions(): readonly Letters[] {
    return this.texts.map((text, index) => ({ index, text }));
  }

  override travel() {
    return { kind: "Letters", module: import.meta.url, tellPartitions: true };
  }

  async *compute(split: Partition): AsyncGenerator<readonly string[]> {
    for (const letter of (split as Letters).text) {
      await new Promise(resolve => setImmediate(resolve));
      yield [letter, isMainThread ? "driver" : "worker"];
    }
  }
}

registerNode("Letters", () => new LettersNode([]));

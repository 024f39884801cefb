import type { Portable } from "../../closure/portable.js";
import type { PlanNode } from "../../plan/plan-node.js";
import type { TaskEnvironment } from "../../scheduler/task-environment.js";
import type { PackedBlock, PackedColumn } from "../../shuffle/columns/column.js";
import { packBlocks, packColumn } from "../../shuffle/columns/pack.js";
import { unpackBlock, unpackColumn } from "../../shuffle/columns/unpack.js";
import type { ShuffleBlock, ShuffleStore } from "../../shuffle/shuffle-store.js";
import type { BlockStore } from "../../storage/block-store.js";
import type { TaskInputs } from "./protocol.js";

const unused = (): never => {
  throw new TypeError("only the driver's thread does this");
};

/** What a task in a worker reads, and what it leaves: the stores of the driver, as far as this task sees them. */
export class WorkerEnvironment implements TaskEnvironment {
  output: readonly (PackedBlock | undefined)[] | undefined;
  readonly kept: [rddId: number, index: number, elements: PackedColumn][] = [];
  readonly #elements = new Map<object, Map<number, PackedColumn>>();
  readonly #fresh = new Map<string, readonly unknown[]>();

  constructor(
    private readonly inputs: TaskInputs,
    rows: readonly PlanNode<unknown>[],
    private readonly closures: WeakMap<Function, Portable<Function>>,
  ) {
    for (const [row, index, column] of inputs.elements) {
      const node = rows[row]!;
      if (!this.#elements.has(node)) this.#elements.set(node, new Map());
      this.#elements.get(node)!.set(index, column);
    }
  }

  readonly shuffles: ShuffleStore = {
    put: (_shuffleId, _mapId, blocks) => {
      this.output = packBlocks(blocks as readonly (ShuffleBlock | undefined)[]);
    },
    read: (shuffleId, reduceId) => {
      const found = this.inputs.shuffles.find(s => s.shuffleId === shuffleId && s.reduceId === reduceId);
      return { blocks: found?.blocks.map(unpackBlock) ?? [], merged: found?.merged ?? false };
    },
    // Another job merges again from the blocks, which nobody has changed.
    replace: () => {},
    readPacked: unused,
    records: unused,
    remove: unused,
    clear: unused,
  };

  readonly blocks: BlockStore = {
    get: (rddId, partition) => {
      const made = this.#fresh.get(`${rddId}_${partition}`);
      if (made !== undefined) return made;
      const found = this.inputs.blocks.find(([id, index]) => id === rddId && index === partition);
      return found && unpackColumn(found[2]);
    },
    put: (node, partition, elements) => {
      this.#fresh.set(`${node.id}_${partition}`, elements);
      this.kept.push([node.id, partition, packColumn(elements)]);
    },
    putPacked: unused,
    getPacked: unused,
    loose: unused,
    remove: unused,
    hasAll: unused,
    stored: unused,
    clear: unused,
  };

  elements(node: object, partition: number): readonly unknown[] {
    const column = this.#elements.get(node)?.get(partition);
    return column === undefined ? [] : unpackColumn(column);
  }

  portable<F extends Function>(fn: F): Portable<F> {
    return (this.closures.get(fn) as Portable<F> | undefined) ?? { fn };
  }
}

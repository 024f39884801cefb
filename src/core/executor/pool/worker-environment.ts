import type { Portable } from "../../closure/portable.js";
import { heapShare } from "../../memory/memory-budget.js";
import { TaskMemory } from "../../memory/task-memory.js";
import type { PlanNode } from "../../plan/plan-node.js";
import type { TaskEnvironment } from "../../scheduler/task-environment.js";
import type { PackedBlock, PackedColumn } from "../../shuffle/columns/column.js";
import { packBlocks, packColumn } from "../../shuffle/columns/pack.js";
import { unpackColumn } from "../../shuffle/columns/unpack.js";
import { type OutputFile, writeOutput } from "../../shuffle/output-file.js";
import { objectsSize, type ShuffleBlock } from "../../shuffle/shuffle-block.js";
import type { ShuffleStore } from "../../shuffle/shuffle-store.js";
import { type BlockStore, type FilePartition, readPieces } from "../../storage/block-store.js";
import { SpillFiles } from "../../storage/spill-files.js";
import type { TaskInputs, TaskLimits } from "./protocol.js";

const unused = (): never => {
  throw new TypeError("only the driver's thread does this");
};

/** The part of a worker's heap that its task may fill. */
const HEAP_PART = 0.6;

/** What a task in a worker reads, and what it leaves: the stores of the driver, as far as this task sees them. */
export class WorkerEnvironment implements TaskEnvironment {
  output: readonly (PackedBlock | undefined)[] | undefined;
  outputFile: OutputFile | undefined;
  readonly kept: [rddId: number, index: number, elements: PackedColumn | FilePartition][] = [];
  readonly spills: SpillFiles;
  readonly #elements = new Map<object, Map<number, PackedColumn>>();
  readonly #fresh = new Map<string, readonly unknown[]>();

  constructor(
    private readonly taskAttemptId: number,
    private readonly inputs: TaskInputs,
    private readonly limits: TaskLimits,
    rows: readonly PlanNode<unknown>[],
    private readonly closures: WeakMap<Function, Portable<Function>>,
  ) {
    this.spills = SpillFiles.in(limits.directory);
    for (const [row, index, column] of inputs.elements) {
      const node = rows[row]!;
      if (!this.#elements.has(node)) this.#elements.set(node, new Map());
      this.#elements.get(node)!.set(index, column);
    }
  }

  readonly shuffles: ShuffleStore = {
    put: (_shuffleId, _mapId, blocks, file) => {
      const objects = blocks as readonly (ShuffleBlock | undefined)[];
      const size = objects.reduce((sum, block) => sum + (block === undefined ? 0 : objectsSize(block)), 0);
      if (size <= this.limits.output) {
        this.output = packBlocks(objects);
        this.outputFile = file;
        return;
      }
      this.output = [];
      // Under the task's name: where the driver throws away what the task made, this goes as well.
      this.outputFile = writeOutput(this.spills.createOf(this.taskAttemptId), objects, file);
    },
    read: (shuffleId, reduceId) => this.shuffles.readPacked(shuffleId, reduceId),
    readPacked: (shuffleId, reduceId) => {
      const found = this.inputs.shuffles.find(s => s.shuffleId === shuffleId && s.reduceId === reduceId);
      return { blocks: found?.blocks ?? [], merged: found?.merged ?? false };
    },
    // Another job merges again from the blocks, which nobody has changed.
    replace: () => {},
    records: unused,
    remove: unused,
    clear: unused,
  };

  readonly blocks: BlockStore = {
    get: (rddId, partition) => {
      const made = this.#fresh.get(`${rddId}_${partition}`);
      if (made !== undefined) return [made];
      const found = this.inputs.blocks.find(([id, index]) => id === rddId && index === partition)?.[2];
      if (found === undefined) return undefined;
      return "path" in found ? readPieces(found) : [unpackColumn(found)];
    },
    put: (node, partition, elements) => {
      this.#fresh.set(`${node.id}_${partition}`, elements);
      this.kept.push([node.id, partition, packColumn(elements)]);
    },
    putFile: (node, partition, file) => {
      this.kept.push([node.id, partition, file]);
    },
    unrollLimit: () => this.limits.memory,
    putPacked: unused,
    getPacked: unused,
    loose: unused,
    remove: unused,
    hasAll: unused,
    stored: unused,
    clear: unused,
  };

  openMemory(): TaskMemory {
    // The driver's budget is of all threads; this one's heap may be smaller than its share of it.
    return new TaskMemory(Math.min(this.limits.memory, heapShare(HEAP_PART)));
  }

  elements(node: object, partition: number): readonly unknown[] {
    const column = this.#elements.get(node)?.get(partition);
    return column === undefined ? [] : unpackColumn(column);
  }

  portable<F extends Function>(fn: F): Portable<F> {
    return (this.closures.get(fn) as Portable<F> | undefined) ?? { fn };
  }
}

import { CartesianNode } from "../../plan/nodes/cartesian-node.js";
import { MapAsyncNode } from "../../plan/nodes/map-async-node.js";
import { PipeNode } from "../../plan/nodes/pipe-node.js";
import type { Partition } from "../../plan/partition.js";
import type { PlanNode } from "../../plan/plan-node.js";
import type { TaskEnvironment } from "../../scheduler/task-environment.js";
import type { Work } from "../backend.js";
import { isCheap } from "./cheap-closure.js";
import { visitNeeds } from "./task-inputs.js";

/** Where the tasks of a stage run. */
export type Placement =
  /** In the driver's thread. */
  | "driver"
  /** In workers. */
  | "workers"
  /** The first in the driver's thread; by the time it takes the place of the others is decided. */
  | "measure";

/** What can be told of a stage before it runs. */
export interface StageLook {
  /** Elements of a partition where data enters, as far as they are known. */
  readonly elements: number;
  readonly bytes: number;
  /** Elements of a partition that must be copied for another thread. */
  readonly loose: number;
  /** Whether every function in it is quick. */
  readonly cheap: boolean;
  /** Whether it is one of many of its like. */
  readonly repeated: boolean;
}

/** Up to so many elements a stage of quick functions is not worth a thought. */
const FEW_ELEMENTS = 4096;
const FEW_BYTES = 64 * 1024;
/** So much to read is worth workers whatever is done with it. */
const MUCH_BYTES = 8 * 1024 * 1024;
/**
 * With so many elements in a partition none of them can take long, or the job would take hours: the first partition is
 * begun here and measured. With fewer each may.
 */
const MANY_ELEMENTS = 2000;
/** About how long a line of a file is. */
const LINE = 64;

export function place(look: StageLook, tasks: number): Placement {
  const { elements, bytes, cheap, repeated } = look;
  const all = tasks * (elements + bytes / LINE);
  if (cheap && all <= FEW_ELEMENTS && tasks * bytes <= FEW_BYTES) return "driver";
  if (tasks * bytes >= MUCH_BYTES) return "workers";
  if (cheap || repeated || elements + bytes / LINE >= MANY_ELEMENTS) return "measure";
  return "workers";
}

/** Looks at a stage: what enters its first and its last task, and what is done with it. */
export function lookAt(work: Work, splits: readonly Partition[], environment: TaskEnvironment): StageLook {
  const node = work.kind === "result" ? work.node : work.dependency.node;
  const looks = [splits[0]!, splits.at(-1)!].map(({ index }) => lookAtTask(node, index, environment));
  const [first, last] = looks as [StageLook, StageLook];
  return {
    elements: Math.max(first.elements, last.elements),
    bytes: Math.max(first.bytes, last.bytes),
    loose: Math.max(first.loose, last.loose),
    cheap: first.cheap && last.cheap && functionsOf(work).every(isCheap),
    repeated: first.repeated,
  };
}

function lookAtTask(node: PlanNode<unknown>, index: number, { shuffles, blocks }: TaskEnvironment): StageLook {
  let elements = 0;
  let bytes = 0;
  let loose = 0;
  let cheap = true;
  let repeated = false;
  visitNeeds(node, index, {
    node(n, i) {
      // What stands for it comes next; of itself nothing is left that could be asked.
      if (n.checkpoint?.node !== undefined) return;
      const extent = n.extentOf?.(i);
      elements += extent?.elements ?? 0;
      bytes += extent?.bytes ?? 0;
      if (n.elementsOf !== undefined) loose += extent?.elements ?? 0;
      // How often its functions are called cannot be told from what enters.
      if (n instanceof CartesianNode || n instanceof MapAsyncNode || n instanceof PipeNode) cheap = false;
      const travel = n.travel?.();
      repeated ||= travel?.isRepeated === true;
      if (cheap) cheap = functionsIn(travel?.data).every(isCheap);
    },
    shuffle(shuffleId, reduceId) {
      elements += shuffles.records(shuffleId, reduceId);
    },
    block(rddId, i) {
      const n = blocks.loose(rddId, i);
      loose += n ?? 0;
      elements += n ?? 0;
      return n !== undefined;
    },
  });
  return { elements, bytes, loose, cheap, repeated };
}

function functionsOf(work: Work): Function[] {
  if (work.kind === "result") return functionsIn(work.action.args);
  return functionsIn(work.dependency.options);
}

/** The functions in an array or object, and in those within. */
function functionsIn(data: unknown, depth = 0): Function[] {
  if (typeof data === "function") return [data];
  if (typeof data !== "object" || data === null || depth > 2) return [];
  if (Array.isArray(data) && data.length > 16) return [];
  return Object.values(data).flatMap(x => functionsIn(x, depth + 1));
}

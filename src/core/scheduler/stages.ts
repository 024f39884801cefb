import type { ShuffleDependency } from "../plan/dependency.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { ShuffleStore } from "../shuffle/shuffle-store.js";
import type { CallSite } from "../util/call-site.js";
import type { Job } from "./job.js";
import { MapOutputs } from "./map-outputs.js";
import { ShuffleStage, Stage } from "./stage.js";

/**
 * The stages of the jobs under way, numbered as Spark numbers them: jobs that run at the same time share the stage of a
 * shuffle; once none of them needs it any more it is gone, and the next job makes another one, with a number of its own, also
 * where the shuffle's outputs are still there and the stage is skipped.
 */
export class Stages {
  #lastId = -1;
  /** While a job needs them. */
  readonly #ofShuffles = new Map<ShuffleDependency, ShuffleStage>();
  /** As long as the shuffle. */
  readonly #outputs = new WeakMap<ShuffleDependency, MapOutputs>();
  readonly #droppedShuffles: FinalizationRegistry<number>;

  constructor(private readonly shuffles: ShuffleStore) {
    this.#droppedShuffles = new FinalizationRegistry(id => shuffles.remove(id));
  }

  /** The stage whose tasks compute partitions of `node` themselves; its parents are made first. */
  make(node: PlanNode<unknown>, numTasks: number, callSite: CallSite): Stage {
    const parents = shufflesOf(node).map(dependency => this.ofShuffle(dependency));
    return new Stage(++this.#lastId, node, numTasks, parents, callSite);
  }

  /** The stage that writes the map side of a shuffle. */
  ofShuffle(dependency: ShuffleDependency): ShuffleStage {
    const known = this.#ofShuffles.get(dependency);
    if (known !== undefined) return known;
    // Parents first, and without recursion: there may be any number behind one another.
    const path: { readonly dependency: ShuffleDependency; parents?: readonly ShuffleDependency[] }[] = [{ dependency }];
    for (let next = path.at(-1); next !== undefined; next = path.at(-1)) {
      if (next.parents === undefined && !this.#ofShuffles.has(next.dependency)) {
        next.parents = shufflesOf(next.dependency.node);
        // The first one comes first, then the others.
        for (const parent of next.parents.toReversed()) {
          if (!this.#ofShuffles.has(parent)) path.push({ dependency: parent });
        }
        if (path.at(-1) !== next) continue;
      }
      path.pop();
      if (!this.#ofShuffles.has(next.dependency)) this.#add(next.dependency, next.parents!);
    }
    return this.#ofShuffles.get(dependency)!;
  }

  /** Its parents are there. */
  #add(dependency: ShuffleDependency, parents: readonly ShuffleDependency[]): void {
    const stages = parents.map(parent => this.#ofShuffles.get(parent)!);
    const callSite = dependency.node.callSite ?? NOWHERE;
    const stage = new ShuffleStage(++this.#lastId, dependency, this.#outputsOf(dependency), stages, callSite);
    this.#ofShuffles.set(dependency, stage);
  }

  #outputsOf(dependency: ShuffleDependency): MapOutputs {
    let outputs = this.#outputs.get(dependency);
    if (outputs === undefined) {
      outputs = new MapOutputs(dependency.node.numPartitions);
      this.#outputs.set(dependency, outputs);
      this.#droppedShuffles.register(dependency, dependency.shuffleId);
    }
    return outputs;
  }

  /** A job has ended, or is to: what no other one needs is killed and gone. */
  leave(job: Job, reason: string): void {
    for (const stage of job.stages) {
      stage.jobs.delete(job);
      if (stage.jobs.size > 0) continue;
      stage.over = true;
      stage.attempt?.kill(reason);
      if (stage instanceof ShuffleStage && this.#ofShuffles.get(stage.dependency) === stage) {
        this.#ofShuffles.delete(stage.dependency);
      }
    }
  }

  /** Drops what a job put into shuffles that no other one needs: the disk has no room for what may be used again. */
  dropOutputs(job: Job): void {
    for (const stage of job.stages) {
      if (!(stage instanceof ShuffleStage) || !stage.over || stage.attempts === 0) continue;
      stage.outputs.done.clear();
      this.shuffles.remove(stage.dependency.shuffleId);
    }
  }
}

/** The shuffles that `node` reads, itself or through narrow dependencies. */
function shufflesOf(node: PlanNode<unknown>): ShuffleDependency[] {
  const out = new Set<ShuffleDependency>();
  const seen = new Set([node]);
  for (const n of seen) {
    for (const d of n.dependencies) {
      if (d.wide) out.add(d);
      else seen.add(d.node);
    }
  }
  return [...out];
}

const NOWHERE: CallSite = { short: "", long: "" };

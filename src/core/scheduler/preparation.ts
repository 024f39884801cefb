import type { Stage } from "./stage.js";

/**
 * What a node or a partitioner finds out before tasks can run, by stages of its own: asked for once, whichever stages wait for
 * it. The jobs that need one of those need its stages.
 */
export class Preparation {
  /** The stages that wait for it. */
  readonly waiting = new Set<Stage>();
  /** The stages that it runs now, and those that were killed. */
  readonly stages = new Set<Stage>();
  result: Promise<void> | undefined;
  #givenUp = false;

  /** No job needed it when it had another stage to run. */
  giveUp(): void {
    this.#givenUp = true;
  }

  /** Whether there was a time when no job needed it, so that it comes to nothing. */
  get isGivenUp(): boolean {
    return this.#givenUp || [...this.stages].some(stage => stage.over);
  }
}

import { getLogger } from "../../core/log/logger.js";
import { RDD } from "../../core/rdd/rdd.js";
import { HashPartitioner } from "../../core/shuffle/hash-partitioner.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { type InputDStream, NOT_KEPT } from "../input-dstream.js";
import { SavedPartitionsNode } from "../plan/saved-partitions-node.js";
import type { Time } from "../time.js";
import type { BatchEntry, Checkpoint, HeldBatches, InputEntry, OperatorEntry, SavedBatch } from "./checkpoint.js";
import { CheckpointDirectory } from "./checkpoint-directory.js";
import { fileNameOf } from "./file-name-of.js";
import { HeldBatchesSaver } from "./held-batches.js";
import type { Partitions } from "./partition-data.js";
import { reachOf } from "./reach.js";
import { recipeOf } from "./recipe-of.js";

const log = getLogger("Checkpoint");

/** States are saved every so many batches, unless the stream's `checkpoint(interval)` says otherwise. */
const STATE_INTERVAL = 10;
/** While saving takes more than a tenth of the time, states are saved more seldom; at the latest after so many batches. */
const LONGEST_STATE_INTERVAL = 100;

/** While batches are behind, the end of one is written after so many ms, or batches. */
const BEHIND_INTERVAL = 500;
const BEHIND_BATCHES = 500;

/** How pairs are spread, as text; `undefined` where only the program knows. */
export function spreadOf(partitioner: Partitioner): string | undefined {
  const kind: unknown = partitioner.constructor;
  return kind === HashPartitioner ? `hash ${partitioner.numPartitions}` : undefined;
}

/** Whether what was in its state leaves it later: a window with an inverse function. */
export function takesBack(node: DStreamNode<unknown>): boolean {
  return node.keeper !== undefined && node.holds !== undefined;
}

/**
 * Keeps the checkpoint directory of a running graph:
 *
 * - before the jobs of a batch start, what belongs to the batch is written ({@link decided});
 * - when a batch has ended that is written, too, and every few batches the states with it ({@link completed}).
 *
 * After a crash a state is made again from its last copy and the batches since, whose inputs are known.
 *
 * Everything is written one after the other. A failure is told and harms no batch: the checkpoint before still holds.
 */
export class CheckpointWriter {
  readonly #directory: CheckpointDirectory;
  readonly #stateful: readonly DStreamNode<unknown>[];
  /** How the windows are made whose state must fit that. */
  readonly #recipes: ReadonlyMap<DStreamNode<unknown>, string>;
  /** Windows without state. */
  readonly #windows: readonly DStreamNode<unknown>[];
  /** How far back from its latest an RDD of each operator may be asked for, ms. */
  readonly #reach: ReadonlyMap<DStreamNode<unknown>, number>;
  readonly #batches = new Map<number, BatchEntry>();
  readonly #operators = new Map<string, OperatorEntry>();
  readonly #held: HeldBatchesSaver;
  #inputs: readonly InputEntry[] = [];
  #latest: number;
  /** The latest batch (ms) that has ended, and all before it. */
  #ended: number;
  #chain: Promise<void> = Promise.resolve();
  /** Whether a write that will tell everything waits for its turn. */
  #queued = false;
  /** The batch whose states are being saved, ms. */
  #saving: number | undefined;
  #statesSavedAt = { batch: Number.NEGATIVE_INFINITY, time: 0, cost: 0 };
  /** The batches (ms) whose elements nobody keeps, and what became of them has not been saved either. */
  #unkept: number[] = [];
  /** The latest whose elements nobody keeps, ms. */
  #unkeptUntil = Number.NEGATIVE_INFINITY;
  #lastTrouble: string | undefined;
  /** The last write: ms of the streams' clock, monotonic, and the batch (ms) that had ended. */
  #wrote = { time: 0, ended: 0 };

  constructor(private readonly graph: DStreamGraph) {
    this.#directory = new CheckpointDirectory(graph.checkpointDir!);
    this.#stateful = graph.live.filter(node => node.keeper !== undefined);
    this.#recipes = new Map(this.#stateful.filter(takesBack).map(node => [node, recipeOf(node)]));
    this.#windows = graph.live.filter(node => node.keeper === undefined && node.holds !== undefined);
    this.#reach = reachOf(graph);
    this.#held = new HeldBatchesSaver(graph, (uid, time, rdd) => this.#putHeld(uid, time, rdd));
    this.#latest = this.#ended = graph.zeroTime!.milliseconds;
    for (const node of this.#stateful) this.begin(node, this.#latest);
  }

  /** Makes the directory ready. @throws IllegalStateError when it is of a later version */
  async open(): Promise<void> {
    if (this.graph.recovered === undefined && !(await this.#directory.isEmpty())) {
      log.warn(
        `${this.#directory.directory} holds checkpoints of an earlier run, which this one does not go on from: it replaces them. StreamingContext.getOrCreate goes on`,
      );
    }
    await this.#directory.open();
  }

  /** Goes on from a checkpoint that was read. */
  resume({ context, inputs, batches }: Checkpoint): void {
    this.#latest = context.latest;
    this.#inputs = inputs;
    for (const entry of batches) this.#batches.set(entry.batch, entry);
    const pending = batches.find(entry => entry.pending);
    this.#ended = pending === undefined ? context.latest : pending.batch - this.#period;
    for (const { batch, inputs } of batches) {
      for (const { node } of this.graph.inputs) {
        const saved = inputs[node.uid];
        if (saved !== undefined && "lost" in saved) this.#noteUnkept(node, batch);
      }
    }
  }

  /** An operator's state begins, or goes on, with what is known after the batch `since`. */
  begin(node: DStreamNode<unknown>, since: number, state?: string, held?: HeldBatches): void {
    const spread = node.keeper && spreadOf(node.keeper.partitioner);
    const recipe = this.#recipes.get(node);
    const entry = { operator: node.uid, kind: node.kind, since };
    this.#operators.set(node.uid, {
      ...entry,
      ...(state === undefined ? {} : { state }),
      ...(spread === undefined ? {} : { spread }),
      ...(held === undefined ? {} : { held }),
      ...(recipe === undefined ? {} : { recipe }),
    });
  }

  /** RDDs of this time must be kept, ms: they are being saved. `undefined`: none. */
  get holding(): number | undefined {
    return this.#saving;
  }

  /** The inputs have said what belongs to the batches of `times`; resolves when that is written. */
  decided(times: readonly Time[]): Promise<void> {
    // Asked for now: the inputs may go on meanwhile.
    const inputs = this.graph.inputs.map((input): InputEntry => {
      const position = input.savePosition();
      return { input: input.node.uid, ...(position === undefined ? {} : { position }) };
    });
    return this.#next(async () => {
      for (const time of times) {
        const batch = time.milliseconds;
        this.#batches.set(batch, { batch, pending: true, inputs: await this.#save(time) });
        this.#latest = batch;
      }
      this.#inputs = inputs;
      await this.#write();
    });
  }

  /** The last job of a batch has ended. Resolves when that is written; `undefined` when it will be told with a later one. */
  completed(time: Time): Promise<void> | undefined {
    const batch = time.milliseconds;
    const entry = this.#batches.get(batch);
    if (entry !== undefined) this.#batches.set(batch, { ...entry, pending: false });
    this.#ended = Math.max(this.#ended, this.#endedUntil(batch));
    if (this.#queued) return this.#chain;
    // Where the next ones wait already, one write tells of many: making up for a day would write nothing else.
    if (this.#latest > batch && !this.#hasUnkept && !this.#wroteLongAgo(batch)) return undefined;
    this.#queued = true;
    return this.#next(async () => {
      this.#queued = false;
      if (this.#statesAreDue) await this.#saveStates();
      await this.#write();
    });
  }

  /** Also by the number of batches: a clock that is moved by hand stands still while they are made up for. */
  #wroteLongAgo(batch: number): boolean {
    const { time, ended } = this.#wrote;
    return this.graph.clock.monotonic() - time >= BEHIND_INTERVAL || batch - ended >= BEHIND_BATCHES * this.#period;
  }

  /** Writes where everything is at the end of the run. */
  close(): Promise<void> {
    return this.#next(async () => {
      const { sparkContext } = this.graph;
      if (!sparkContext.isStopped && (this.#hasUnkept || this.#operatorsAreBehind)) await this.#saveStates();
      await this.#write();
    });
  }

  get #period(): number {
    return this.graph.batchDuration.milliseconds;
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#chain = this.#chain.then(work).then(
      () => {
        this.#lastTrouble = undefined;
      },
      error => this.#tell(error),
    );
    return this.#chain;
  }

  #tell(error: unknown): void {
    const trouble = error instanceof Error ? error.message : String(error);
    if (trouble !== this.#lastTrouble) log.warn("The checkpoint could not be written; the one before holds", error);
    this.#lastTrouble = trouble;
  }

  async #save(time: Time): Promise<Record<string, SavedBatch>> {
    const saved: Record<string, SavedBatch> = {};
    for (const input of this.graph.inputs) {
      const rdd = await input.node.getOrCompute(time);
      const what = rdd && (await this.#saveInput(input, time, rdd));
      if (what !== undefined) saved[input.node.uid] = what;
    }
    return saved;
  }

  async #saveInput(input: InputDStream<unknown>, time: Time, rdd: RDD<unknown>): Promise<SavedBatch | undefined> {
    const value = input.saveBatch(time, rdd);
    if (value === NOT_KEPT) {
      const lost = this.graph.inputInfo.recordsOf(time, input.id);
      if (lost === 0) return undefined;
      this.#unkept.push(time.milliseconds);
      this.#noteUnkept(input.node, time.milliseconds);
      return { lost };
    }
    if (value !== undefined) return { value };
    if (rdd.getNumPartitions() === 0) return undefined;
    const lists = await partitionsOf(rdd);
    const records = lists.reduce((sum, list) => sum + list.length, 0);
    // The batch itself reads what was written: what a user's function made of something would be made twice.
    if (rdd.dependencies.length > 0) {
      input.node.adopt(time, new RDD(this.graph.sparkContext, new SavedPartitionsNode(lists)));
    }
    const name = dataName("batch", input.node.uid, time.milliseconds);
    await this.#directory.writeData(name, lists);
    return { data: name, records };
  }

  #noteUnkept(input: DStreamNode<unknown>, batch: number): void {
    this.#unkeptUntil = Math.max(this.#unkeptUntil, batch);
    this.#held.unkept(input);
  }

  async #putHeld(uid: string, time: Time, rdd: RDD<unknown>): Promise<string | undefined> {
    const lists = await partitionsOf(rdd);
    if (lists.every(list => list.length === 0)) return undefined;
    const name = dataName("held", uid, time.milliseconds);
    await this.#directory.writeData(name, lists);
    return name;
  }

  /** `batch`, or with several jobs at a time, where a later batch may end first, the one before the first that has not. */
  #endedUntil(batch: number): number {
    for (let at = this.#ended + this.#period; at <= this.#latest; at += this.#period) {
      if (this.#batches.get(at)?.pending) return at - this.#period;
    }
    return batch;
  }

  get #operatorsAreBehind(): boolean {
    return [...this.#operators.values()].some(({ since }) => since < this.#ended);
  }

  /** Whether a batch has ended of which nothing is left but what states and windows hold. */
  get #hasUnkept(): boolean {
    return this.#unkept.some(batch => batch <= this.#ended);
  }

  get #statesAreDue(): boolean {
    if (this.#hasUnkept) return true;
    if (!this.#operatorsAreBehind) return false;
    const { batch, time, cost } = this.#statesSavedAt;
    const batches = (this.#ended - batch) / this.#period;
    const asked = this.#stateful.map(node => node.checkpointDuration).filter(interval => interval !== undefined);
    if (asked.length > 0) return batches >= Math.min(...asked.map(interval => interval.milliseconds)) / this.#period;
    if (batches < STATE_INTERVAL) return false;
    return batches >= LONGEST_STATE_INTERVAL || this.graph.clock.monotonic() - time >= 10 * cost;
  }

  /**
   * The time of the state of an operator that is saved at `batch`: where a window asks for what the operator made before, one
   * so early that all of that is made of it again. Not where that needs a batch that nobody keeps.
   */
  #timeToSave(node: DStreamNode<unknown>, batch: number): Time | undefined {
    const last = this.graph.lastTimeOf(node, batch);
    if (last === undefined) return undefined;
    const earlier = last.milliseconds - this.#reach.get(node)!;
    return earlier < this.#unkeptUntil ? last : this.graph.lastTimeOf(node, earlier);
  }

  /** Saves a state of each operator, from which a restart makes that of the latest batch that has ended. */
  async #saveStates(): Promise<void> {
    const began = this.graph.clock.monotonic();
    const batch = this.#ended;
    this.#saving = batch;
    try {
      const saved: Parameters<CheckpointWriter["begin"]>[] = [];
      for (const node of this.#stateful) {
        const before = this.#operators.get(node.uid)!;
        let { since, state } = before;
        const time = this.#timeToSave(node, batch);
        const rdd = time && (await node.getOrCompute(time));
        if (rdd !== undefined) {
          since = time!.milliseconds;
          state = dataName("state", node.uid, since);
          if (state !== before.state)
            await this.#directory.writeData(state, await partitionsOf(node.keeper!.save(rdd)));
        }
        saved.push([node, since, state, await this.#held.save(node, before, since, batch)]);
      }
      for (const node of this.#windows) {
        const since = this.graph.lastTimeOf(node, batch)?.milliseconds ?? this.graph.zeroTime!.milliseconds;
        const held = await this.#held.save(node, this.#operators.get(node.uid), since, batch);
        if (held !== undefined) saved.push([node, since, undefined, held]);
      }
      // All or none: the batches that are forgotten are those that no state needs.
      for (const entry of saved) this.begin(...entry);
      this.#unkept = this.#unkept.filter(each => each > batch);
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#saving = undefined;
      const now = this.graph.clock.monotonic();
      this.#statesSavedAt = { batch, time: now, cost: now - began };
    }
  }

  async #write(): Promise<void> {
    this.#wrote = { time: this.graph.clock.monotonic(), ended: this.#ended };
    this.#forget();
    const { graph } = this;
    await this.#directory.write({
      context: {
        batchDuration: this.#period,
        zeroTime: graph.zeroTime!.milliseconds,
        latest: this.#latest,
        run: graph.run,
        conf: Object.fromEntries(graph.sparkContext.conf.getAllRedacted()),
      },
      operators: [...this.#operators.values()],
      inputs: this.#inputs,
      batches: [...this.#batches.values()],
    });
    const { logs } = this.#directory;
    for (const input of graph.inputs) {
      const before = logs.get(input.node.uid);
      if (before !== undefined) await input.pruneLog(before);
    }
  }

  /** Forgets the batches that neither a state nor a window nor a pending batch needs. */
  #forget(): void {
    let needed = this.#ended;
    for (const { since } of this.#operators.values()) needed = Math.min(needed, since);
    for (const { batch, pending } of this.#batches.values()) {
      if (pending) needed = Math.min(needed, batch - this.#period);
    }
    const remembered = this.graph.inputs.map(input => input.node.rememberDuration?.milliseconds ?? 0);
    const oldest = needed - Math.max(0, ...remembered);
    for (const batch of this.#batches.keys()) if (batch <= oldest) this.#batches.delete(batch);
  }
}

function partitionsOf(rdd: RDD<unknown>): Promise<Partitions> {
  return rdd.sparkContext.runJob(rdd, elements => [...elements]);
}

/** `data-state-updateStateByKey_0-5000`: a file's name that says what it holds. */
function dataName(what: string, uid: string, time: number): string {
  return `data-${what}-${fileNameOf(uid)}-${time}`;
}

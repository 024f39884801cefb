import { getLogger } from "../../core/log/logger.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { DStreamNode } from "../dstream/dstream-node.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { InputDStream } from "../input-dstream.js";
import { SavedPartitionsNode } from "../plan/saved-partitions-node.js";
import { Time } from "../time.js";
import type { BatchEntry, OperatorEntry, SavedBatch } from "./checkpoint.js";
import type { Found } from "./checkpoint-directory.js";
import { type CheckpointWriter, spreadOf, takesBack } from "./checkpoint-writer.js";
import { inputsOf } from "./held-batches.js";
import { tellLost } from "./lost-records.js";
import type { Partitions } from "./partition-data.js";
import { recipeOf } from "./recipe-of.js";

const log = getLogger("Checkpoint");

/** Differ from run to run without meaning anything. */
const OF_THE_RUN = /^spark\.(app\.(id|startTime|submitTime|initial\..*)|driver\.(port|host)|ui\.port|repl\..*)$/;

/** Where a graph goes on. */
export interface Resumption {
  /** Batches whose jobs had not ended, in order. */
  readonly pending: readonly Time[];
  /** The latest batch whose inputs are decided. */
  readonly latest: Time;
}

/**
 * Gives a graph that has its times, and nothing else yet, what a checkpoint holds: positions of the sources, batches that
 * later ones still need, states. What no longer fits is told.
 */
export async function restore(graph: DStreamGraph, found: Found, writer: CheckpointWriter): Promise<Resumption> {
  const { context, operators, batches } = found.checkpoint;
  tellSettings(context.conf, Object.fromEntries(graph.sparkContext.conf.getAllRedacted()));
  graph.run = context.run ?? graph.run;
  writer.resume(found.checkpoint);
  const latest = new Time(context.latest);
  await restoreInputs(graph, found, latest);
  const pending = batches.filter(entry => entry.pending).map(entry => new Time(entry.batch));
  const period = graph.batchDuration;
  const latestEnded = (pending[0] ?? latest.plus(period)).minus(period);
  restoreStates(graph, found, writer, latestEnded);
  tellLost(graph, batches, operators, latestEnded);
  await goOn(graph, latestEnded);
  log.info(`Going on from ${found.name}: ${pending.length} pending batches, the latest batch was that of ${latest}`);
  return { pending, latest };
}

async function restoreInputs(graph: DStreamGraph, found: Found, latest: Time): Promise<void> {
  const { inputs, batches } = found.checkpoint;
  const byUid = new Map(graph.inputs.map(input => [input.node.uid, input]));
  for (const { input: uid, position } of inputs) {
    const input = byUid.get(uid);
    if (input === undefined) {
      log.warn(`The checkpoint has a source ${uid}, which the program no longer has: ${whatIsLost(uid, batches)}`);
    } else if (position !== undefined) {
      await input.restorePosition(position);
    }
  }
  const known = new Set(inputs.map(entry => entry.input));
  for (const [uid, input] of byUid) {
    if (!known.has(uid)) log.warn(`${input.name} (${uid}) is not in the checkpoint: it begins anew`);
    input.node.beginAfter(latest);
  }
  for (const entry of batches) await restoreBatch(graph, byUid, entry, found);
}

async function restoreBatch(
  graph: DStreamGraph,
  inputs: ReadonlyMap<string, InputDStream<unknown>>,
  { batch, pending, inputs: saved }: BatchEntry,
  found: Found,
): Promise<void> {
  const time = new Time(batch);
  for (const [uid, what] of Object.entries(saved)) {
    const input = inputs.get(uid);
    if (input === undefined) continue;
    const rdd = await rddOf(graph, input, time, what, found);
    if (rdd !== undefined) input.node.adopt(time, rdd);
    else if (pending && "lost" in what) {
      log.warn(
        `${what.lost} records of ${input.name} in the pending batch of ${time} were kept nowhere and are lost. A source that can be read again, such as files or Kafka, loses none, nor does a receiver with spark.streaming.receiver.writeAheadLog.enable=true`,
      );
    }
  }
  // What the sources reported of batches that are not run again concerns nobody.
  if (!pending) graph.inputInfo.take(time);
}

async function rddOf(
  graph: DStreamGraph,
  input: InputDStream<unknown>,
  time: Time,
  what: SavedBatch,
  { data }: Found,
): Promise<RDD<unknown> | undefined> {
  if ("value" in what) return input.restoreBatch(time, what.value);
  if ("lost" in what) return undefined;
  graph.inputInfo.report(time, {
    inputStreamId: input.id,
    name: input.name,
    numRecords: what.records,
    metadata: {},
  });
  return new RDD(graph.sparkContext, new SavedPartitionsNode(data.get(what.data)!));
}

function restoreStates(
  graph: DStreamGraph,
  { checkpoint, data }: Found,
  writer: CheckpointWriter,
  latestEnded: Time,
): void {
  const { operators, batches } = checkpoint;
  const keeps = (node: DStreamNode<unknown>) => node.keeper !== undefined || node.holds !== undefined;
  const stateful = new Map(graph.live.filter(keeps).map(node => [node.uid, node]));
  for (const entry of operators) {
    const node = stateful.get(entry.operator);
    if (node === undefined) {
      log.warn(
        `The checkpoint has the state of ${entry.operator}, which the program no longer has: the state is not used. An operator finds its state again by its uid: stream.uid(${JSON.stringify(entry.operator)})`,
      );
      continue;
    }
    stateful.delete(entry.operator);
    if (entry.kind !== node.kind) {
      log.warn(`${entry.operator} was ${entry.kind} and is ${node.kind}: its state is not used, it begins anew`);
      beginAnew(node, latestEnded, writer);
      continue;
    }
    restoreHeld(graph, node, entry, data);
    if (node.keeper === undefined) {
      writer.begin(node, entry.since, undefined, entry.held);
      continue;
    }
    const since = new Time(entry.since);
    const anew = isMadeOtherwise(node, entry) || holdsForEver(graph, node, entry, batches);
    const state = anew ? undefined : entry.state;
    if (state !== undefined) node.adopt(since, node.keeper.restore(savedRDD(graph, node, entry, data.get(state)!)));
    if (entry.since > graph.zeroTime!.milliseconds) node.beginAfter(since);
    writer.begin(node, entry.since, state, entry.held);
  }
  for (const [uid, node] of stateful) {
    if (node.keeper === undefined) continue;
    log.warn(`${node} (${uid}) is not in the checkpoint: its state begins anew`);
    beginAnew(node, latestEnded, writer);
  }
}

/**
 * Lets every state be made up to the batch that ended last, now that the batches it is made of are there: one that slides by
 * more than a batch would be asked for it when they are forgotten. What fails here fails the batch that asks again.
 */
async function goOn(graph: DStreamGraph, latestEnded: Time): Promise<void> {
  const stateful = graph.live.filter(node => node.keeper !== undefined);
  await Promise.allSettled(
    stateful.map(async node => {
      const time = graph.lastTimeOf(node, latestEnded.milliseconds);
      if (time !== undefined) await node.getOrCompute(time);
    }),
  );
}

function beginAnew(node: DStreamNode<unknown>, after: Time, writer: CheckpointWriter): void {
  if (node.keeper === undefined) return;
  node.beginAfter(after);
  writer.begin(node, after.milliseconds);
}

/**
 * Whether the program makes a window otherwise than the one that saved it: what leaves would not be what had entered. Such a
 * window is made again of the batches that are there.
 */
function isMadeOtherwise(node: DStreamNode<unknown>, { operator, state, recipe }: OperatorEntry): boolean {
  if (!takesBack(node) || state === undefined || recipe === undefined || recipe === recipeOf(node)) return false;
  log.warn(
    `The program makes ${operator} otherwise than it was (a function, or an operator before it, has changed): what was saved is not used, the window is made again of the batches that are in it`,
  );
  return true;
}

/**
 * Whether the state has elements of batches that it could not take back later, because they are nowhere: such a state is made
 * again of the batches that are there.
 */
function holdsForEver(
  { inputs }: DStreamGraph,
  node: DStreamNode<unknown>,
  { since, held }: OperatorEntry,
  batches: readonly BatchEntry[],
): boolean {
  if (node.holds === undefined || held !== undefined) return false;
  const known = new Set(inputs.map(input => input.node.uid));
  const own = new Set([...inputsOf(node)].map(input => input.uid));
  const isGone = ([uid, saved]: [string, SavedBatch]) => !known.has(uid) || (own.has(uid) && "lost" in saved);
  return batches.some(({ batch, inputs }) => batch <= since && Object.entries(inputs).some(isGone));
}

function restoreHeld(graph: DStreamGraph, node: DStreamNode<unknown>, entry: OperatorEntry, data: Found["data"]): void {
  const parent = node.holds?.parent;
  if (parent === undefined || entry.held === undefined) return;
  for (const [time, file] of Object.entries(entry.held.files)) {
    parent.adopt(new Time(Number(time)), savedRDD(graph, node, entry, data.get(file)!));
  }
  parent.beginAfter(new Time(entry.held.until));
}

/** Pairs that were saved for the operator. */
function savedRDD(
  graph: DStreamGraph,
  node: DStreamNode<unknown>,
  entry: OperatorEntry,
  partitions: Partitions,
): RDD<unknown> {
  const partitioner = node.keeper?.partitioner;
  // Spread another way, the pairs move once to where the program wants them.
  const fits = partitioner !== undefined && entry.spread !== undefined && entry.spread === spreadOf(partitioner);
  return new RDD(graph.sparkContext, new SavedPartitionsNode(partitions, fits ? partitioner : undefined));
}

function whatIsLost(uid: string, batches: readonly BatchEntry[]): string {
  const pending = batches.filter(entry => entry.pending && entry.inputs[uid] !== undefined).length;
  if (pending === 0) return "its position is forgotten";
  return `its position and its part of ${pending} pending batches are forgotten`;
}

function tellSettings(saved: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): void {
  const keys = [...new Set([...Object.keys(saved), ...Object.keys(now)])].sort();
  const changed = keys.filter(key => saved[key] !== now[key] && !OF_THE_RUN.test(key));
  if (changed.length === 0) return;
  const list = changed.map(key => `${key}: ${saved[key] ?? "not set"} -> ${now[key] ?? "not set"}`);
  log.warn(`The configuration differs from the checkpoint's, and the program's is used: ${list.join(", ")}`);
}

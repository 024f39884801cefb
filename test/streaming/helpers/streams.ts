import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { type Duration, Seconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { setLogSink } from "../../../src/core/log/logger.js";
import type { DStream } from "../../../src/streaming/dstream.js";

/** A SparkContext for the tests of a file, made before and stopped after them. */
export function useSpark(settings: Readonly<Record<string, string>> = {}): { readonly sc: SparkContext } {
  const holder: { sc: SparkContext } = { sc: undefined as unknown as SparkContext };
  before(() => {
    holder.sc = new SparkContext(testConf(settings));
  });
  after(() => holder.sc.stop());
  return holder;
}

/** The configuration of a context for tests. */
export function testConf(settings: Readonly<Record<string, string>> = {}): SparkConf {
  return new SparkConf(false).setMaster("local[2]").setAppName("test").set("spark.ui.enabled", false).setAll(settings);
}

/** Stops the file's SparkContext, gives `body` one of its own, and makes the file's anew. */
export async function withOwnSpark(
  spark: { readonly sc: SparkContext },
  settings: Readonly<Record<string, string>>,
  body: (sc: SparkContext) => Promise<void>,
): Promise<void> {
  const before = spark.sc.getConf();
  await spark.sc.stop();
  const own = new SparkContext(testConf(settings));
  try {
    await body(own);
  } finally {
    await own.stop();
    (spark as { sc: SparkContext }).sc = new SparkContext(before);
  }
}

/** A directory that is removed after the tests of the file. */
export function useDirectory(): { readonly path: string } {
  const holder = { path: "" };
  before(() => {
    holder.path = mkdtempSync(path.join(tmpdir(), "tspark-streams-"));
  });
  after(() => rmSync(holder.path, { recursive: true, force: true }));
  return holder;
}

/** A streaming context on a manual clock at 0, stopped when `body` ends. */
export async function withStream(
  sc: SparkContext,
  body: (ssc: StreamingContext, clock: ManualClock) => Promise<void>,
  batch: Duration = Seconds(1),
): Promise<void> {
  const clock = new ManualClock();
  const ssc = new StreamingContext(sc, batch, { clock });
  try {
    await body(ssc, clock);
  } finally {
    await quietly(() => ssc.stop(false));
  }
}

/** What each batch of the stream holds, by the batch's time in ms, filled while the context runs. */
export function batchesOf<T>(stream: DStream<T>): Map<number, T[]> {
  const batches = new Map<number, T[]>();
  stream.foreachRDD(async (rdd, time) => {
    batches.set(time.milliseconds, await rdd.collect());
  });
  return batches;
}

/** The log lines, without their date, that `body` caused. */
export async function logOf(body: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line.replace(/^\S+ \S+ /, "")));
  try {
    await body();
  } finally {
    undo();
  }
  return lines;
}

/** Runs `body` without its log lines. */
export async function quietly(body: () => unknown): Promise<void> {
  await logOf(body);
}

/** A promise and what resolves it. */
export function signal<T = void>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>(r => {
    resolve = r;
  });
  return { promise, resolve };
}

import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type DStream, Milliseconds, Seconds, type State, StateSpec, StreamingContext } from "tspark";
import { ManualClock, sorted, TestReceiver } from "tspark/testing";
import { Script } from "./helpers/script.js";
import { quietly, useDirectory, useSpark } from "./helpers/streams.js";

const spark = useSpark();
const temporary = useDirectory();
let directories = 0;
const newDirectory = () => path.join(temporary.path, String(++directories));

type Pair = [string, number];

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
const isPositive = ([, n]: Pair) => n > 0;

/** Something of every batch, nothing of every fifth. */
const wordsAt = (ms: number) =>
  Array.from({ length: ((ms / 1000) * 7) % 5 }, (_, i): Pair => ["abc"[(i + ms / 1000) % 3]!, i + 1]);

const counting = (key: string, n: number | undefined, state: State<number>): Pair => {
  if (state.isTimingOut()) return [`${key}!`, state.get()];
  state.update(((state.getOption() ?? 0) + n!) % 50);
  return [key, state.get()];
};

/** An operator on a stream, with a window and a slide of so many of the stream's own slides. */
type Operator = (stream: DStream<Pair>, window: number, slide: number) => DStream<Pair>;

const times = (stream: DStream<Pair>, n: number) => Milliseconds(stream.slideDuration.milliseconds * n);

const OPERATORS: Record<string, Operator> = {
  window: (s, w, n) => s.window(times(s, w), times(s, n)),
  "whole window": (s, w, n) => s.reduceByKeyAndWindow(add, times(s, w), times(s, n)),
  "inverse window": (s, w, n) => s.reduceByKeyAndWindow(add, subtract, times(s, w), times(s, n), 2, isPositive),
  updateStateByKey: s =>
    s.updateStateByKey((values: number[], sum: number | undefined) => values.reduce(add, sum ?? 0)),
  mapWithState: s => s.mapWithState(StateSpec.function(counting).timeout(times(s, 3))),
  stateSnapshots: s => s.mapWithState(StateSpec.function(counting)).stateSnapshots(),
  mapValues: s => s.mapValues(n => (n + 1) % 40),
};

const stepsOf = (operators: readonly string[]) =>
  fc.array(
    fc.record({
      operator: fc.constantFrom(...operators),
      of: fc.nat(),
      window: fc.integer({ min: 1, max: 4 }),
      slide: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
type Steps = ReturnType<typeof stepsOf> extends fc.Arbitrary<infer S> ? S : never;

/** Runs the program in `dir`; what each stream held at each time goes into `held`. */
async function run(
  dir: string,
  graph: Steps,
  held: Map<string, unknown>,
  from: number,
  until: number,
  how: { readonly crash?: Crash; readonly receives?: boolean } = {},
) {
  const { crash, receives = false } = how;
  const clock = new ManualClock(from);
  let receiver: TestReceiver<Pair>;
  const create = () => {
    const ssc = new StreamingContext(spark.sc, Seconds(1));
    receiver = new TestReceiver<Pair>();
    const streams: DStream<Pair>[] = [receives ? ssc.receiverStream(receiver) : new Script(ssc, wordsAt)];
    for (const { operator, of, window, slide } of graph) {
      const stream = streams[of % streams.length]!;
      // Slides that multiply soon are longer than the run.
      const longer = stream.slideDuration.milliseconds > 3000 ? 1 : slide;
      streams.push(OPERATORS[operator]!(stream, window, longer));
    }
    streams.forEach((stream, i) => {
      stream.foreachRDD(async (rdd, time) => {
        held.set(`${i} at ${time}`, sorted(await rdd.collect()));
      });
    });
    return ssc;
  };
  await quietly(async () => {
    const ssc = await StreamingContext.getOrCreate(dir, create, { clock });
    ssc.addStreamingListener({
      onBatchSubmitted: ({ batchInfo }) => {
        if (batchInfo.batchTime.milliseconds === crash?.at) cpSync(dir, crash.leaves, { recursive: true });
      },
    });
    try {
      await ssc.start();
      for (let time = from; receives && time < until; ) {
        time += 1000;
        await receiver.store(wordsAt(time));
        await clock.setTime(time);
      }
      await clock.setTime(until);
    } finally {
      await ssc.stop(false);
    }
    if (ssc.failure !== undefined) throw ssc.failure;
  });
}

/** A crash while the batch of `at` (ms) runs. */
interface Crash {
  readonly at: number;
  /** The directory with what is left of the checkpoints. */
  readonly leaves: string;
}

/** A window of a window that is made again after a crash, and not computed before the one that it is made of moves on. */
const UNCOMPUTED: [Steps, [number, number][]] = [
  [
    { operator: "inverse window", of: 0, window: 1, slide: 1 },
    { operator: "inverse window", of: 1, window: 1, slide: 2 },
  ],
  [
    [9, 0],
    [2, 0],
  ],
];

test("random graphs of windows and states, after crashes and absences, hold what they hold without", () =>
  fc.assert(
    fc.asyncProperty(
      stepsOf(Object.keys(OPERATORS)),
      fc.array(fc.tuple(fc.integer({ min: 2, max: 9 }), fc.nat({ max: 2 })), { minLength: 1, maxLength: 2 }),
      async (graph, crashes) => {
        const whole = new Map<string, unknown>();
        await run(newDirectory(), graph, whole, 0, 24_000);
        const held = new Map<string, unknown>();
        let dir = newDirectory();
        let now = 0;
        for (const [batches, absence] of crashes) {
          const crash = { at: now + batches * 1000, leaves: newDirectory() };
          await run(dir, graph, held, now, crash.at, { crash });
          dir = crash.leaves;
          now = crash.at + absence * 1000;
        }
        await run(dir, graph, held, now, 24_000);
        assert.deepEqual(held, whole);
      },
    ),
    { numRuns: 10, examples: [UNCOMPUTED] },
  ));

test("random graphs of windows of what was reduced and of states hold what was received, though nobody keeps it, after every stop", () =>
  fc.assert(
    fc.asyncProperty(
      stepsOf(Object.keys(OPERATORS).filter(name => name !== "window")),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
      async (graph, stops) => {
        const whole = new Map<string, unknown>();
        await run(newDirectory(), graph, whole, 0, 24_000, { receives: true });
        const held = new Map<string, unknown>();
        const dir = newDirectory();
        let now = 0;
        for (const batches of stops) {
          await run(dir, graph, held, now, now + batches * 1000, { receives: true });
          now += batches * 1000;
        }
        await run(dir, graph, held, now, 24_000, { receives: true });
        assert.deepEqual(held, whole);
      },
    ),
    { numRuns: 8 },
  ));

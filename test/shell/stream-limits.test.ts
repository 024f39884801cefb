import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "tspark/testing";
import { limitStream, type StreamLimits } from "../../src/shell/cli/stream-limits.js";
import type { StreamingListener } from "../../src/streaming/listener.js";

/** A stream whose batches the test makes, and whether it was stopped. */
function streamOf(limits: StreamLimits) {
  const clock = new ManualClock();
  let listener: Partial<StreamingListener> = {};
  const stops: unknown[][] = [];
  limitStream(
    {
      addStreamingListener: added => {
        listener = added;
      },
      stop: async (...args) => void stops.push(args),
    },
    limits,
    clock,
  );
  const event = (ms: number, numRecords: number) =>
    ({ batchInfo: { batchTime: { milliseconds: ms }, numRecords, streamIdToInputInfo: new Map() } }) as never;
  return {
    clock,
    stops,
    begin: (ms: number, records: number) => listener.onBatchSubmitted?.(event(ms, records)),
    end: (ms: number, records: number) => listener.onBatchCompleted?.(event(ms, records)),
  };
}

test("a stream is idle when no batch has had records for so long", async () => {
  const { clock, stops, begin, end } = streamOf({ untilIdle: 1000 });
  await clock.advance(900);
  begin(1, 5);
  end(1, 5);
  await clock.advance(900);
  begin(2, 0);
  end(2, 0);
  assert.deepEqual(stops, []);
  await clock.advance(100);
  // Gracefully, and without the context.
  assert.deepEqual(stops, [[false, true]]);
});

test("a stream is not idle while a batch with records is processed, however long that takes", async () => {
  const { clock, stops, begin, end } = streamOf({ untilIdle: 1000 });
  begin(1, 5);
  begin(2, 5);
  await clock.advance(5000);
  end(1, 5);
  await clock.advance(5000);
  assert.deepEqual(stops, []);
  end(2, 5);
  await clock.advance(999);
  assert.deepEqual(stops, []);
  await clock.advance(1);
  assert.equal(stops.length, 1);
});

test("so many batches, or so long", async () => {
  const counted = streamOf({ maxBatches: 2 });
  counted.end(1, 0);
  assert.equal(counted.stops.length, 0);
  counted.end(2, 0);
  assert.equal(counted.stops.length, 1);
  const timed = streamOf({ runFor: 300 });
  await timed.clock.advance(299);
  assert.equal(timed.stops.length, 0);
  await timed.clock.advance(1);
  assert.equal(timed.stops.length, 1);
});

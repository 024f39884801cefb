import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "tspark/testing";
import type { StageInfo, TaskInfo } from "../../src/core/scheduler/events.js";
import { ProgressLine } from "../../src/shell/display/progress-line.js";
import type { Panel } from "../../src/shell/terminal/screen.js";

function lineOn(columns: number) {
  const clock = new ManualClock();
  let shown: readonly string[] = [];
  const screen = {
    raise: (panel: Panel) => {
      shown = panel.lines(columns, 10);
    },
    drop: () => {
      shown = [];
    },
  };
  const line = new ProgressLine(screen, 200, clock);
  const stage = (id: number, numTasks = 0) => ({ stageInfo: { stageId: id, attemptNumber: 0, numTasks } as StageInfo });
  const task = (stageId: number) => ({ stageId, stageAttemptId: 0, taskInfo: {} as TaskInfo });
  return {
    clock,
    line,
    stage,
    start: (id: number) => line.onTaskStart(task(id)),
    end: (id: number, reason = "Success") => line.onTaskEnd({ ...task(id), reason, taskMetrics: {} as never }),
    get shown() {
      return shown;
    },
  };
}

test("a stage is shown after 500 ms, with done, running and all tasks, rate and time left, and goes when it ends", async () => {
  const on = lineOn(80);
  on.line.onStageSubmitted(on.stage(3, 40));
  for (let i = 0; i < 2; i++) on.start(3);
  await on.clock.advance(400);
  assert.deepEqual(on.shown, []);
  await on.clock.advance(200);
  assert.deepEqual(on.shown, [`[Stage 3:>${" ".repeat(56)}(0 + 2) / 40]`]);
  for (let i = 0; i < 10; i++) {
    on.end(3);
    on.start(3);
  }
  await on.clock.advance(400);
  assert.deepEqual(on.shown, [`[Stage 3:========>${" ".repeat(26)}(10 + 2) / 40] 10 tasks/s, 3 s left`]);
  assert.equal(on.shown.join("").length, 79);
  on.line.onStageCompleted(on.stage(3));
  assert.deepEqual(on.shown, []);
});

test("a failed attempt is not done, and what a cancelled job leaves is not shown for ever", async () => {
  const on = lineOn(60);
  on.line.onStageSubmitted(on.stage(0, 2));
  on.start(0);
  await on.clock.advance(600);
  on.end(0, "ExceptionFailure");
  await on.clock.advance(200);
  assert.match(on.shown[0]!, /\(0 \+ 0\) \/ 2\]$/);
  on.line.onJobEnd();
  assert.deepEqual(on.shown, []);
});

test("stages at once share the line; a narrow terminal gets what fits", async () => {
  for (const columns of [80, 40, 20, 12]) {
    const on = lineOn(columns);
    on.line.onStageSubmitted(on.stage(1, 4));
    on.line.onStageSubmitted(on.stage(2, 4));
    await on.clock.advance(600);
    assert.ok(on.shown[0]!.length < columns, on.shown[0]);
    assert.match(on.shown[0]!, columns > 60 ? /^\[Stage 1:>.*\]\[Stage 2:>.*\]$/ : /^\[St/);
  }
});

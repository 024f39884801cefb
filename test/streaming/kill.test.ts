import path from "node:path";
import { test } from "node:test";
import { type KillRun, killCounter, killReceiver } from "./helpers/kill-runs.js";
import { useDirectory } from "./helpers/streams.js";

const temporary = useDirectory();

const run = (name: string): KillRun => ({
  directory: temporary.path,
  checkpoints: path.join(temporary.path, name),
  kills: 12,
});

test("a process that is killed at any moment goes on with the exact state, window and positions", () =>
  killCounter(run("checkpoints")));

test("a receiver's process that is killed at any moment loses nothing that was acknowledged", () =>
  killReceiver(run("receiver-checkpoints")));

import assert from "node:assert/strict";
import { test } from "node:test";
import { FAMILIES } from "../../src/ui/api/metric-families.js";
import { ask, startContext } from "./harness.js";

/** A strict reading of the text format: HELP, TYPE and one sample of each family, in this order; else it throws. */
function parse(text: string): Map<string, { type: string; value: number }> {
  assert.ok(text.endsWith("\n"));
  const lines = text.slice(0, -1).split("\n");
  assert.equal(lines.length % 3, 0);
  const out = new Map<string, { type: string; value: number }>();
  for (let i = 0; i < lines.length; i += 3) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/.exec(lines[i]!);
    const type = /^# TYPE (\S+) (counter|gauge)$/.exec(lines[i + 1]!);
    const sample = /^(\S+)\{application_id="local-\d+"\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(lines[i + 2]!);
    assert.ok(help && type && sample, lines.slice(i, i + 3).join("\n"));
    assert.deepEqual([type[1], sample[1]], [help[1], help[1]]);
    assert.ok(!out.has(help[1]!), `${help[1]} comes twice`);
    out.set(help[1]!, { type: type[2]!, value: Number(sample[2]) });
  }
  return out;
}

test("/metrics/prometheus: a strict parser reads it, and the numbers are those of the application", async () => {
  const sc = await startContext();
  await sc.parallelize([1, 2, 3], 3).count();
  const reply = await ask(sc, "/metrics/prometheus");
  assert.equal(reply.type, "text/plain; version=0.0.4; charset=utf-8");
  const metrics = parse(reply.body);
  assert.deepEqual(metrics.get("tspark_tasks_completed_total"), { type: "counter", value: 3 });
  assert.deepEqual(metrics.get("tspark_jobs_active"), { type: "gauge", value: 0 });
  assert.equal(metrics.has("tspark_streaming_batches_active"), false);
  await sc.stop();
});

test("names: ours, with units, counters end in _total", () => {
  for (const { name, type, help } of FAMILIES) {
    assert.match(name, /^tspark_[a-z_]+$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.match(help, /^[A-Z][^\n\\]*\.$/);
  }
  assert.equal(new Set(FAMILIES.map(f => f.name)).size, FAMILIES.length);
});

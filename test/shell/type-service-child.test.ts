import assert from "node:assert/strict";
import { test } from "node:test";
import { setLogSink } from "../../src/core/log/logger.js";
import { giveBackMemory } from "../../src/shell/types/give-back-memory.js";
import { lineReader } from "../../src/shell/types/protocol.js";
import { RemoteTypeService } from "../../src/shell/types/remote-type-service.js";
import type { CompiledCell } from "../../src/shell/types/type-service.js";

/** Compiles an input that is right, and says that it ran. */
async function run(service: RemoteTypeService, input: string): Promise<CompiledCell> {
  const cell = await service.compile(input);
  assert.ok(cell.status === "compiled", JSON.stringify(cell));
  const slots = cell.statements.flatMap(s => (s.kind === "expression" ? [s.slot] : []));
  await service.commit({
    done: cell.statements.length,
    results: slots.map((slot, i) => ({ slot, name: `res${i}` })),
  });
  return cell;
}

test("the child answers, is told the session anew when it is killed, and says so in one line", async () => {
  const service = new RemoteTypeService({ directory: process.cwd() });
  const lines: string[] = [];
  const unhook = setLogSink(line => lines.push(line));
  try {
    await run(service, "const xs = [1, 2, 3]");
    await run(service, "xs.map(x => String(x))");
    const first = service.pid!;
    // Compiled by the one child, committed to the next.
    const pending = await service.compile("let late = xs.length");
    process.kill(first, "SIGKILL");
    await service.commit({ done: pending.status === "compiled" ? pending.statements.length : 0, results: [] });
    const cell = await run(service, "const y = res0[0].length + late + xs[0]");
    assert.deepEqual(cell.statements, [
      { kind: "declare", bindings: [{ name: "y", kind: "const", type: "number", value: true, isType: false }] },
    ]);
    assert.notEqual(service.pid, first);
    assert.equal(lines.filter(l => l.includes("WARN TypeService: the type service ended (SIGKILL)")).length, 1);
  } finally {
    unhook();
    await service.dispose();
  }
});

test("a question that was asked when it died is answered by the next", async () => {
  const service = new RemoteTypeService({ directory: process.cwd() });
  const unhook = setLogSink(() => {});
  try {
    await run(service, "const a = 1");
    const answer = service.typeOf("a + 1");
    process.kill(service.pid!, "SIGKILL");
    assert.deepEqual(await answer, { status: "typed", type: "number" });
  } finally {
    unhook();
    await service.dispose();
  }
});

test("nothing is asked after the end", async () => {
  const service = new RemoteTypeService({ directory: process.cwd(), transpileOnly: true });
  const cell = await run(service, 'const n: number = "no types are checked"');
  assert.deepEqual(cell.statements, [
    { kind: "declare", bindings: [{ name: "n", kind: "const", value: true, isType: false }] },
  ]);
  const pid = service.pid!;
  await service.dispose();
  assert.throws(() => process.kill(pid, 0), "the child is gone");
});

test("memory is given back without anything else coming to a stop", async () => {
  giveBackMemory();
  await new Promise(setImmediate);
  giveBackMemory();
  const service = new RemoteTypeService({ directory: process.cwd(), transpileOnly: true });
  await run(service, "1");
  await service.dispose();
});

test("lines of the pipe come whole, however the chunks are cut", () => {
  const lines: string[] = [];
  const take = lineReader(line => lines.push(line));
  for (const chunk of ["", "a", "b\n", "\nc", "", "d", "\ne\nf", "g\n", "h"]) take(chunk);
  assert.deepEqual(lines, ["ab", "", "cd", "e", "fg"]);
});

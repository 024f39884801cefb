import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { Cells, folder } from "./cells.js";
import { inProcess, inWorker } from "./elsewhere.js";
import { registerTypeScript } from "./ts-files.js";

const worker = inWorker();
after(() => worker.close());

/** The first frame of the user's that the closure's error has, mapped to the cell as it was written. */
async function frames(cells: Cells, name: string, elsewhere = worker): Promise<string[]> {
  const error = await elsewhere.call(cells.fn(name), [1]).then(
    () => assert.fail("should throw"),
    (e: Error) => e,
  );
  return (error.stack as string)
    .replace(/(\S*?cell_\d+\.ts):(\d+):(\d+)/g, (place, file: string, line: string, column: string) => {
      const output = cells.emitted.get(file.replace(/^\(/, ""));
      if (output === undefined) return place;
      // the session wraps the text in a function, whose head stands on its first line
      const wrapper = line === "1" ? "(function(exports,require){".length : 0;
      const at = originalPositionFor(new TraceMap(output.sourceMapText!), {
        line: Number(line),
        column: Number(column) - 1 - wrapper,
      });
      return at.line === null ? place : `${file}:${at.line}:${at.column + 1}`;
    })
    .split("\n")
    .filter(line => /cell_|\.ts:/.test(line) && !line.includes(process.cwd()) && !line.includes("/test/closure/"))
    .map(line => line.trim().replace(/s\d+_cell/, "cell"));
}

const helper =
  'interface Row { a: number }\nenum Col { R, G }\n\nfunction boom(r: Row): never {\n  const q: number = r.a\n    throw new TypeError("boom " + q)\n}';

describe("an error in a closure that travelled stands at the user's own line and column", () => {
  for (const [where, elsewhere] of [
    ["in process", inProcess],
    ["in a worker", worker],
  ] as const)
    it(`in a helper, and in the closure, ${where}`, async () => {
      const cells = new Cells();
      await cells.run(helper, "const f = (x: number) => {\n  const r: { a: number } = { a: x }\n  return boom(r) }");
      const [first, second] = await frames(cells, "f", elsewhere);
      assert.match(first!, /^at boom \(cell_1\.ts:6:11\)$/);
      assert.match(second!, /^at f \(cell_2\.ts:3:1[04]\)$/);
    });
  it("in a line with imports in front of it", async () => {
    const cells = new Cells();
    await cells.run("let late = 1", "const f = (x: number) => (null as any).foo(x, late)");
    const header = `import { late } from "./s1_cell_1"; export `.length;
    const [first] = await frames(cells, "f");
    const column = Number(/:1:(\d+)\)?$/.exec(first!)![1]);
    assert.ok(Math.abs(column - header - "const f = (x: number) => (null as any).".length) <= 3, first);
  });
  it("in a method of a class, and of an object", async () => {
    const cells = new Cells();
    await cells.run(
      "class K {\n  bad(): number { throw new Error('kbad') } }",
      "const f = (x: number) => new K().bad()",
      "const o = {\n  k: 1,\n  m(): number {\n    throw new Error('obad') } }",
      "const g = (x: number) => o.m()",
    );
    assert.match((await frames(cells, "f"))[0]!, /^at K\.bad \(cell_1\.ts:2:25\)$/);
    assert.match((await frames(cells, "g"))[0]!, /^at .*m \(cell_3\.ts:4:11\)$/);
  });
  it("two functions with the same text", async () => {
    const cells = new Cells();
    await cells.run("const f = [(x: any) => x.no.no,\n  (x: any) => x.no.no][1]");
    assert.match((await frames(cells, "f"))[0]!, /cell_1\.ts:2:20\)?$/);
  });
  it("in a file of the user's own: the place in its emitted text", async () => {
    const dir = folder({
      "boom.ts":
        "export const one = 1\nexport default function dflt(x: number): number {\n  if (x > 0) throw new RangeError('pos ' + x);\n  return x;\n}\n",
    });
    registerTypeScript(dir);
    const cells = new Cells(undefined, {}, `${dir}/session.ts`);
    await cells.run("import dflt from './boom'", "const f = (x: number) => dflt(x)");
    const error: Error = await worker.call(cells.fn("f"), [1]).then(
      () => assert.fail(),
      e => e,
    );
    assert.match(error.stack!, new RegExp(`at dflt \\(${dir}/boom\\.ts:\\d+:15\\)`));
  });
});

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { mapStack, type PositionLookup } from "../../src/core/closure/map-stack.js";
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
  const lookup = (file: string): PositionLookup | undefined => {
    const output = cells.emitted.get(file);
    if (output === undefined) return undefined;
    const map = new TraceMap(output.sourceMapText!);
    return (line, column) => {
      // the session wraps the text in a function: `(function(exports,require){` stands on its first line
      const at = originalPositionFor(map, {
        line,
        column: column - 1 - (line === 1 ? "(function(exports,require){".length : 0),
      });
      return at.line === null ? undefined : { source: file, line: at.line, column: at.column + 1 };
    };
  };
  return mapStack(error.stack!, lookup)
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

describe("mapStack", () => {
  const lookup = (file: string): PositionLookup | undefined =>
    file === "cell_1.ts"
      ? (line, column) => (line === 9 ? undefined : { source: "<console>", line: line + 1, column })
      : undefined;
  const cases = {
    "a named frame": ["    at f (cell_1.ts:1:2)", "    at f (<console>:2:2)"],
    "a method with an alias": ["    at P.m [as n] (cell_1.ts:1:2)", "    at P.m [as n] (<console>:2:2)"],
    "a bare frame": ["    at cell_1.ts:1:2", "    at <console>:2:2"],
    "an async frame": ["    at async f (cell_1.ts:1:2)", "    at async f (<console>:2:2)"],
    "a bare async frame": ["    at async cell_1.ts:1:2", "    at async <console>:2:2"],
    "another file": ["    at f (node:fs:1:2)", "    at f (node:fs:1:2)"],
    "a place nothing is known of": ["    at f (cell_1.ts:9:2)", "    at f (cell_1.ts:9:2)"],
    "a message that looks like a frame": ["Error: cell_1.ts:1:2", "Error: cell_1.ts:1:2"],
  } as const;
  for (const [name, [stack, expected]] of Object.entries(cases))
    it(name, () => assert.equal(mapStack(stack, lookup), expected));
});

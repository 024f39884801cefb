import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

// What `npm pack` makes, installed into an empty folder: the package as a user gets it.
let folder: string;
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

const npm = (args: readonly string[], cwd: string) =>
  execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-package-"));
  [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], process.cwd()));
  writeFileSync(path.join(folder, "package.json"), "{}");
  npm(["install", "--no-audit", "--no-fund", `./${path.basename(packed.filename)}`], folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the package holds nothing but what runs", () => {
  const strange = packed.files
    .map(f => f.path)
    .filter(
      p =>
        !/^(bin\/|dist\/[^.]|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(p) ||
        /\.(map|test\.js)$/.test(p),
    );
  assert.deepEqual(strange, []);
});

test("npx tspark-shell -e '1 + 1' answers", () => {
  const r = spawnSync("npx", ["tspark-shell", "-e", "1 + 1"], { cwd: folder, encoding: "utf8" });
  assert.equal(r.stdout, "res0: number = 2\n");
  assert.equal(r.status, 0, r.stderr);
});

// The range of `typescript` is wide: what npm picks here may be newer than what the other tests run with.
test("the compiler that npm picks serves the prompt, commands and files", () => {
  const shell = (args: readonly string[], input = "") => {
    const conf = ["--conf", "spark.ui.enabled=false"];
    const r = spawnSync("npx", ["tspark-shell", ...conf, ...args], { cwd: folder, encoding: "utf8", input });
    return { ...r, stderr: r.stderr.split("\n").filter(line => / - (?:error|warning)/.test(line)) };
  };
  const script = `const xs = [1, 2, 3]
let n: number | undefined
n = 5
enum E { A, B }
class P<T> { constructor(readonly x: T) {} }
import { join } from "node:path"
[join("a", "b"), new P(E.B).x]
:type sc.parallelize(xs).map(x => [x, String(x)] as [number, string])
const rdd = sc.parallelize(xs).map(x => [x % 2, x + n!] as [number, number])
(await rdd.reduceByKey((a, b) => a + b).collect()).sort()
ssc.socketTextStream("localhost", 9999).map(line => line.length)
`;
  const piped = shell([], script);
  assert.deepEqual(piped.stderr, []);
  assert.deepEqual(piped.stdout.replace(/\[\d+\] at map at .*/, "[…]").split("\n"), [
    "xs: number[] = [ 1, 2, 3 ]",
    "n: number | undefined = undefined",
    "n: number = 5",
    "enum E",
    "class P",
    'import { join } from "node:path"',
    "res0: (string | E)[] = [ 'a/b', 1 ]",
    "RDD<[number, string]>",
    "rdd: RDD<[number, number]> = MapPartitionsRDD[…]",
    "res1: [number, number][] = [ [ 0, 7 ], [ 1, 14 ] ]",
    "res2: DStream<number> = DStream(map)",
    "",
  ]);

  const wrong = shell(["-e", 'const n: number = "a"']);
  assert.deepEqual(wrong.stderr, ["<console>:1:7 - error TS2322: Type 'string' is not assignable to type 'number'."]);
  assert.equal(wrong.status, 1);

  writeFileSync(path.join(folder, "part.ts"), "export const twice = (x: number): number => x * 2;\n");
  writeFileSync(
    path.join(folder, "job.ts"),
    `import { RDD } from "tspark";
     import { twice } from "./part.js";
     const rdd: RDD<number> = sc.range(3).map(x => twice(x));
     console.log(await rdd.collect(), process.argv.slice(2));`,
  );
  const file = shell(["job.ts", "a"]);
  assert.equal(file.stdout, "[ 0, 2, 4 ] [ 'a' ]\n", file.stderr.join("\n"));
  writeFileSync(path.join(folder, "wrong.ts"), "const rdd = sc.range(3);\nrdd.reduceByKey((a, b) => a + b);\n");
  assert.match(shell(["wrong.ts"]).stderr.join("\n"), /^wrong\.ts:2:1 - error TS2684/);
});

test("import and require give the same classes, with types", () => {
  writeFileSync(
    path.join(folder, "same.mjs"),
    `import { createRequire } from "node:module";
     import { RDD, SparkContext } from "tspark";
     import { FlumeUtils } from "tspark/flume";
     import { KafkaUtils } from "tspark/kafka";
     import { FileSystem } from "tspark/hdfs";
     import { KinesisInputDStream } from "tspark/kinesis";
     import { JdbcUtils } from "tspark/jdbc";
     import { ManualClock } from "tspark/testing";
     const require = createRequire(import.meta.url);
     const same = require("tspark").RDD === RDD && require("tspark/kafka").KafkaUtils === KafkaUtils &&
       require("tspark/flume").FlumeUtils === FlumeUtils && require("tspark/hdfs").FileSystem === FileSystem &&
       require("tspark/kinesis").KinesisInputDStream === KinesisInputDStream &&
       require("tspark/jdbc").JdbcUtils === JdbcUtils;
     console.log(same, typeof SparkContext, typeof ManualClock);`,
  );
  const r = spawnSync(process.execPath, ["same.mjs"], { cwd: folder, encoding: "utf8" });
  assert.equal(r.stdout, "true function function\n", r.stderr);
  writeFileSync(
    path.join(folder, "typed.ts"),
    `import { SparkConf, SparkContext, Seconds, StreamingContext } from "tspark";
     import { FlumeUtils, type SparkFlumeEvent } from "tspark/flume";
     import { KafkaUtils, type ConsumerRecord } from "tspark/kafka";
     import { FileSystem, type FileStatus } from "tspark/hdfs";
     import { KinesisInputDStream, type KinesisRecord } from "tspark/kinesis";
     import { JdbcRDD, JdbcUtils } from "tspark/jdbc";
     const sc = new SparkContext(new SparkConf().setMaster("local").setAppName("t"));
     const n: Promise<number> = sc.parallelize(["a"]).map((w): [string, number] => [w, 1]).reduceByKey((a, b) => a + b).count();
     const ssc = new StreamingContext(sc, Seconds(1));
     const bodies = FlumeUtils.createStream(ssc, "localhost", 4141).map(event => event.body.toString() + event.headers.host);
     const files: Promise<FileStatus[]> = FileSystem.get("hdfs://nn").listStatus("/");
     const builder = KinesisInputDStream.builder.streamingContext(ssc).streamName("s").checkpointAppName("a");
     const lengths = builder.build().map(bytes => bytes.length);
     const keys = builder.buildWithMessageHandler(record => record.partitionKey).map(key => key.toUpperCase());
     const ids: JdbcRDD<number, { id: number }> = new JdbcRDD(sc, "jdbc:postgresql:d", "SELECT ?, ? AS id", 1, 2, 1, (row: { id: number }) => row.id);
     JdbcUtils.save(bodies.map(body => ({ body })), "jdbc:postgresql:d", "bodies", { user: "u" }, { keys: ["body"] });
     export { lengths, keys, type KinesisRecord, ids, files, n, ssc, bodies, FlumeUtils, KafkaUtils, type ConsumerRecord, type SparkFlumeEvent };`,
  );
  for (const resolution of [
    ["nodenext", "nodenext"],
    ["es2022", "bundler"],
  ] as const) {
    const tsc = spawnSync(
      process.execPath,
      [
        "node_modules/typescript/bin/tsc",
        "--noEmit",
        "--strict",
        "--target",
        "es2022",
        "--types",
        "node",
        "--module",
        resolution[0],
        "--moduleResolution",
        resolution[1],
        "typed.ts",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    assert.equal(tsc.stdout, "", resolution.join(" "));
  }
});

test("an error that ends a program is told by its message, above which stands no line of the package", () => {
  const program = (file: string, text: string) => {
    writeFileSync(path.join(folder, file), text);
    const r = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
    assert.equal(r.status, 1);
    return r.stderr.trimStart();
  };
  const wrong = 'new SparkContext(new SparkConf().setMaster("foo").setAppName("x"))';
  const esm = 'import { SparkConf, SparkContext } from "tspark";\n';
  const conf = 'new SparkConf().setMaster("local[1]").setAppName("x").set("spark.ui.enabled", "false")';
  const unheard = `void new SparkContext(${conf}).textFile("gone.txt").count();`;
  assert.match(program("thrown.mjs", `${esm}${wrong};`), /^\w+Error: .*foo.*\n +at file:.*thrown\.mjs:2:1/);
  assert.match(
    program("thrown.cjs", `const { SparkConf, SparkContext } = require("tspark");\n${wrong};`),
    /^\w+Error: .*foo.*\n +at .*thrown\.cjs:2:1/,
  );
  assert.match(program("unheard.mjs", `${esm}${unheard}`), /^\w+Error: .*gone\.txt/);
});

// A CommonJS program without a moduleResolution of its own is resolved so by TypeScript 5: "exports" means nothing there.
test("resolution by node10 finds the types of every entry point", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
    readonly typesVersions: { readonly "*": Readonly<Record<string, readonly [string]>> };
  };
  const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
    typeof entry === "string" || name === "." ? [] : [[name.slice(2), [entry.types]]],
  );
  assert.deepEqual(manifest.typesVersions["*"], Object.fromEntries(entries));
});

test("no dependency needs an install script of its own", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean; dev?: boolean }>;
  };
  const scripted = Object.entries(lock.packages)
    .filter(([name, p]) => name !== "" && p.hasInstallScript && !p.dev)
    .map(([name]) => name);
  assert.deepEqual(scripted, []);
});

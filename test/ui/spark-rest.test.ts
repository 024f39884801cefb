// Our answers against those recorded from Spark (`spark-rest/`), field by field: names, nesting, types, dates, order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { after, before, test } from "node:test";
import { Milliseconds, type SparkContext, StreamingContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { ask, askJson, startContext } from "./harness.js";

const recorded = (file: string) => readFileSync(`test/ui/spark-rest/${file}`, "utf8");

/** What Spark had in the recording and we have not, or the other way round, and why that is no difference of the API. */
type Excuses = Readonly<Record<string, string>>;

const NEVER_WAITS = "a thread of Node.js has no locks to hold or wait for";

/** Resources of one kind: the recorded files, and our paths below the application. */
interface Kind {
  readonly files: readonly string[];
  readonly paths: readonly string[];
  readonly excuses?: Excuses;
}

const BATCH = "/streaming/batches/{batch}";

const KINDS: Readonly<Record<string, Kind>> = {
  application: { files: ["application.json"], paths: [""] },
  jobs: {
    files: ["jobs.json", "jobs-failed.json"],
    paths: ["/jobs", "/jobs?status=failed"],
    excuses: { "[].completionTime: is missing": "absent as long as a job runs, and none did in the recording" },
  },
  job: { files: ["job0.json"], paths: ["/jobs/0"] },
  stages: {
    files: ["stages.json", "stage0.json"],
    paths: ["/stages", "/stages?status=complete&details=true"],
    excuses: { "[].failureReason: is unknown": "no stage of the recorded ones had failed" },
  },
  attempts: { files: ["stage0.json"], paths: ["/stages/0"] },
  stage: { files: ["stage0-0.json"], paths: ["/stages/0/0"] },
  taskSummary: { files: ["taskSummary.json"], paths: ["/stages/0/0/taskSummary"] },
  taskList: { files: ["taskList.json"], paths: ["/stages/0/0/taskList"] },
  executors: { files: ["executors.json", "allexecutors.json"], paths: ["/executors", "/allexecutors"] },
  threads: {
    files: ["threads.json"],
    paths: ["/executors/driver/threads"],
    excuses: {
      "[].stackTrace.elems: is empty": "a thread of Node.js that is busy cannot be asked for its stack",
      "[].holdingLocks: is empty": NEVER_WAITS,
      "[].synchronizers: is empty": NEVER_WAITS,
      "[].lockName: is missing": NEVER_WAITS,
    },
  },
  storage: { files: ["storage.json"], paths: ["/storage/rdd"] },
  rdd: { files: ["storage0.json"], paths: ["/storage/rdd/{rdd}"] },
  environment: {
    files: ["environment.json"],
    paths: ["/environment"],
    excuses: {
      "metricsProperties: is empty": "there are no metrics sinks to configure: /metrics/prometheus is always there",
      "classpathEntries: is empty": "there is no class path",
    },
  },
  statistics: { files: ["streaming-statistics.json"], paths: ["/streaming/statistics"] },
  receivers: { files: ["streaming-receivers.json"], paths: ["/streaming/receivers"] },
  receiver: { files: ["streaming-receiver0.json"], paths: ["/streaming/receivers/0"] },
  batches: {
    files: ["streaming-batches.json", "streaming-batches-completed.json"],
    paths: ["/streaming/batches", "/streaming/batches?status=completed"],
  },
  batch: {
    files: ["streaming-batch.json"],
    paths: [BATCH],
    excuses: {
      "processingTime: is unknown": "the recorded batch had not ended: in the list of completed ones it is there",
      "totalDelay: is unknown": "the recorded batch had not ended: in the list of completed ones it is there",
    },
  },
  operations: { files: ["streaming-operations.json"], paths: [`${BATCH}/operations`] },
  operation: { files: ["streaming-operation0.json"], paths: [`${BATCH}/operations/0`] },
};

/** Objects whose keys are data. */
const BY_KEY = new Set(["tasks", "executorSummary", "killedTasksSummary", "executorResources", "taskResources"]);

let sc: SparkContext;
let undo = () => {};
let batch = 0;
let rdd = 0;
let kept: unknown;
const server = createServer(socket => {
  socket.on("error", () => {});
  socket.write("one\ntwo\n");
});

before(async () => {
  undo = setLogSink(() => {});
  sc = await startContext({ "spark.hadoop.fs.defaultFS": "file:///" });
  sc.setJobDescription("cached count");
  const numbers = sc.range(0, 1000, 1, 2).setName("nums").persist();
  kept = numbers;
  rdd = numbers.id;
  await numbers.count();
  sc.setJobDescription(undefined as never);
  await assert.rejects(
    sc
      .parallelize([1, 2], 2)
      .map(x => {
        if (x === 2) throw new Error("boom");
        return x;
      })
      .count(),
  );
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const ssc = new StreamingContext(sc, Milliseconds(100));
  const lines = ssc.socketTextStream("127.0.0.1", (server.address() as AddressInfo).port);
  lines
    .map((line): [string, number] => [line, 1])
    .reduceByKey((a, b) => a + b)
    .foreachRDD(async rdd => {
      await rdd.count();
    });
  await ssc.start();
  for (;;) {
    await ssc.awaitBatches(1);
    const batches = await askJson<{ batchId: number; inputSize: number }[]>(sc, "/streaming/batches?status=completed");
    const full = batches.find(b => b.inputSize > 0);
    if (full === undefined) continue;
    batch = full.batchId;
    break;
  }
  // A running task, for the threads.
  void sc
    .parallelize([1])
    .mapAsync(() => new Promise<number>(() => {}))
    .collect()
    .catch(() => {});
});

after(async () => {
  assert.ok(kept);
  sc?.cancelAllJobs();
  await sc?.stop();
  server.close();
  undo();
});

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}GMT$/.test(value)) return "date";
  return value === null ? "null" : typeof value;
}

/** What is other than recorded below `at`; each line begins with the place. */
function* differences(ours: unknown, theirs: readonly unknown[], at: string): Generator<string> {
  const known = theirs.filter(value => value !== undefined);
  const types = new Set(known.map(typeOf));
  const type = typeOf(ours);
  if (!types.has(type)) {
    yield `${at}: is ${type}, not ${[...types].join(" or ")}`;
    return;
  }
  if (type === "list") {
    const elements = known.flat();
    if (elements.length === 0) return;
    if ((ours as unknown[]).length === 0) yield `${at}: is empty`;
    for (const element of ours as unknown[]) yield* differences(element, elements, `${at}[]`);
  } else if (type === "object") {
    yield* fieldDifferences(ours as Record<string, unknown>, known as Record<string, unknown>[], at);
  }
}

function* fieldDifferences(ours: Record<string, unknown>, theirs: readonly Record<string, unknown>[], at: string) {
  if (BY_KEY.has(at.replace(/.*\./, ""))) {
    const values = theirs.flatMap(Object.values);
    if (values.length > 0 && Object.keys(ours).length === 0) yield `${at}: is empty`;
    for (const value of Object.values(ours)) if (values.length > 0) yield* differences(value, values, `${at}{}`);
    return;
  }
  const fields = [...new Set(theirs.flatMap(Object.keys))];
  for (const field of fields) {
    const place = at === "" ? field : `${at}.${field}`;
    if (field in ours)
      yield* differences(
        ours[field],
        theirs.map(t => t[field]),
        place,
      );
    // What Spark itself leaves out now and then may be absent.
    else if (theirs.every(t => field in t)) yield `${place}: is missing`;
  }
  for (const field of Object.keys(ours))
    if (!fields.includes(field)) yield `${at === "" ? "" : `${at}.`}${field}: is unknown`;
  for (const their of theirs) {
    const order = Object.keys(their).filter(field => field in ours);
    const common = Object.keys(ours).filter(field => field in their);
    if (String(common) !== String(order)) yield `${at}: the order of fields is ${common}`;
  }
}

for (const [kind, { files, paths, excuses = {} }] of Object.entries(KINDS)) {
  test(kind, async () => {
    const theirs = files.map(file => JSON.parse(recorded(file)) as unknown);
    const found = new Set<string>();
    for (const path of paths) {
      const below = path.replace("{batch}", String(batch)).replace("{rdd}", String(rdd));
      const { status, type, body } = await ask(sc, `/api/v1/applications/${sc.applicationId}${below}`);
      assert.deepEqual([status, type], [200, "application/json;charset=utf-8"], body);
      for (const line of differences(JSON.parse(body), theirs, "")) found.add(line);
    }
    assert.deepEqual(
      [...found].filter(line => !Object.hasOwn(excuses, line)),
      [],
    );
    // An excuse that is no longer needed goes.
    assert.deepEqual(
      Object.keys(excuses).filter(line => !found.has(line)),
      [],
    );
  });
}

test("what is not there", async () => {
  const app = `/api/v1/applications/${sc.applicationId}`;
  const paths = {
    "err-noapp.txt": "/api/v1/applications/nope",
    "err-nojob.txt": `${app}/jobs/9999`,
    "err-unknown.txt": `${app}/zzz`,
  };
  for (const [file, path] of Object.entries(paths)) {
    const { status, type, body } = await ask(sc, path);
    assert.deepEqual([status, type.replace(/;.*/, "")], [404, "text/plain"]);
    assert.equal(body.replace(sc.applicationId, "{id}"), recorded(file).replace(/local-\d+/, "{id}"));
  }
});

test("version and applications", async () => {
  for (const name of ["version", "applications"]) {
    const { body } = await ask(sc, `/api/v1/${name}`);
    assert.deepEqual([...differences(JSON.parse(body), [JSON.parse(recorded(`${name}.json`))], "")], []);
  }
});

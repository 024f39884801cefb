import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { ask } from "./harness.js";

const PROGRAM = path.resolve("bin/tspark-history");

let dir: string;

before(() => {
  dir = mkdtempSync(path.join(tmpdir(), "tspark-events-"));
});

after(() => rmSync(dir, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("wrong usage is one message on standard error, and exit code 2", () => {
  const file = path.join(dir, "notes.txt");
  writeFileSync(file, "not a log");
  const cases: [args: string[], message: RegExp][] = [
    [
      [path.join(dir, "nope")],
      /^tspark-history: \S+\/nope cannot be shown: it does not exist\. .* Name that of spark\.eventLog\.dir; .*$/,
    ],
    [[file], /notes\.txt cannot be shown: it is a file\. tspark-history takes the directory/],
    [["a", "b"], /^tspark-history: 2 directories were given, and the logs of one are shown\. Name one DIR\.$/],
    [["--port", "abc", dir], /--port 'abc' is no port, .* from 0 to 65535\./],
    [["--port", "--host"], /--port was given without its value\./],
    [["--help=yes"], /-h takes no value\./],
    [["--prot", "0"], /--prot is no option: .* Did you mean --port\?$/],
    [["-x"], /-x is no option: there are --port, --host and --help\. Leave it out;/],
    [["--host", "192.0.2.1", "--port", "0", dir], /cannot listen on 192\.0\.2\.1:0: .*EADDRNOTAVAIL/],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = run(...args);
    assert.deepEqual([status, stdout, stderr.split("\n").length], [2, "", 2], `${args.join(" ")}: ${stderr}`);
    assert.match(stderr.trim(), message, args.join(" "));
  }
});

test("--help is the usage on standard output", () => {
  const { status, stdout } = run("--help");
  assert.equal(status, 0);
  assert.match(
    stdout,
    /^Usage: tspark-history \[--port PORT\] \[--host HOST\] \[DIR\]\n.*default \/tmp\/spark-events/s,
  );
});

test("a directory without logs, then with one, with what is none and with what cannot be read; SIGTERM ends it", async () => {
  const logs = path.join(dir, "logs");
  mkdirSync(logs);
  const server = spawn(process.execPath, [PROGRAM, "--port", "0", logs], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const url = /^History of .*logs at (http:\/\/localhost:\d+)\n$/.exec(String(line))![1]!;
    const list = async () => (await ask(url, "/")).body.replace(/<[^>]*>/g, "|").replace(/[|\s]*\|[|\s]*/g, "|");
    assert.match(await list(), /\|Event log directory\|.*logs\|No event log lies there\./);

    writeFileSync(path.join(logs, "notes.txt"), "not a log");
    writeFileSync(path.join(logs, "empty"), "");
    writeFileSync(path.join(logs, "app-1.zstd"), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]));
    mkdirSync(path.join(logs, "eventlog_v2_app-2"));
    mkdirSync(path.join(logs, "folder"));
    symlinkSync(logs, path.join(logs, "link"));
    symlinkSync(path.join(dir, "nope"), path.join(logs, "dangling"));
    // Of a version that is not ours, with events nobody knows, cut off in the middle of one.
    writeFileSync(
      path.join(logs, "app-9"),
      `${[
        { Event: "SparkListenerLogStart", "Spark Version": "9.9.9-next" },
        { Event: "SparkListenerFromTheFuture", "Job ID": 7, Anything: [{ at: "all" }] },
        {
          Event: "SparkListenerApplicationStart",
          "App Name": "from elsewhere",
          "App ID": "app-9",
          Timestamp: 1000,
          User: "ada",
        },
        {
          Event: "SparkListenerJobStart",
          "Job ID": 0,
          "Submission Time": 2000,
          "Stage Infos": "none",
          "Stage IDs": [0],
        },
        {
          Event: "SparkListenerJobEnd",
          "Job ID": 0,
          "Completion Time": 3000,
          "Job Result": { Result: "JobSucceeded" },
        },
      ]
        .map(event => JSON.stringify(event))
        .join("\n")}\n{"Event":"SparkListenerApplicationEnd","Times`,
    );
    const text = await list();
    assert.match(text, /\|Completed Applications \(1\)\|.*\|app-9\|from elsewhere\|.*\|2\.0 s\|ada\|9\.9\.9-next\|/s);
    assert.match(text, /\|Not shown \(5\)\|/);
    assert.match(text, /\|notes\.txt\|It is no event log: no line of it begins an application\.\|/);
    assert.match(text, /\|empty\|It is no event log/);
    assert.match(text, /\|app-1\.zstd\|It is compressed\. .*spark\.eventLog\.compress=false\.\|/);
    assert.match(text, /\|eventlog_v2_app-2\|It is a log in several files\./);
    assert.match(text, /\|link\|It is no event log/);
    assert.equal((await ask(url, "/history/app-9/jobs/")).status, 200);
    assert.equal((await ask(url, "/history/app-9/jobs/job/?id=0")).status, 200);
    const taken = run("--port", new URL(url).port, logs);
    assert.equal(taken.status, 2);
    assert.match(
      taken.stderr,
      /^tspark-history: It cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.* Take another with --port/,
    );

    rmSync(logs, { recursive: true });
    const gone = await ask(url, "/");
    assert.equal(gone.status, 500);
    assert.match(gone.body, /logs cannot be read: ENOENT/);
    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number | null];
    assert.equal(code, 143);
  } finally {
    server.kill("SIGKILL");
  }
});

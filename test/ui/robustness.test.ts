import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { ask } from "./harness.js";

/** MiB that the shell may take, whatever comes. */
const MOST = 300;

let home: string;
let shell: ChildProcess;
let url = "";
let port = 0;

before(async () => {
  home = mkdtempSync(path.join(tmpdir(), "tspark-shell-"));
  shell = spawn(
    process.execPath,
    [path.resolve("bin/tspark-shell"), "-q", "--master", "local[2]", "--conf", "spark.ui.port=0"],
    {
      env: { ...process.env, HOME: home },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  shell.stdin!.write(`const rows = ssc.rateStream(200)
rows.count().toDashboard("rows", { kind: "line" })
rows.foreachRDD(async rdd => { await rdd.map(row => row.value % 7).countByValue() })
await ssc.start()
await ssc.awaitBatches(2)
console.log("listening at " + sc.uiWebUrl)
`);
  let said = "";
  for await (const piece of shell.stdout!) {
    said += String(piece);
    const m = /listening at (http:\S+)\s/.exec(said);
    if (m === null) continue;
    url = m[1]!;
    port = Number(new URL(url).port);
    break;
  }
  assert.notEqual(port, 0, said);
});

after(async () => {
  if (shell.exitCode === null) {
    shell.kill("SIGKILL");
    await once(shell, "exit");
  }
  rmSync(home, { recursive: true, force: true });
});

/** Whether it answers, and takes no more memory than it may (where the system tells). */
async function isWell(): Promise<void> {
  assert.equal(shell.exitCode, null);
  assert.equal((await ask(url, "/api/v1/version")).status, 200);
  const status = `/proc/${shell.pid}/status`;
  if (!existsSync(status)) return;
  const rss = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))![1]) / 1024;
  assert.ok(rss < MOST, `the shell takes ${rss.toFixed(0)} MiB`);
}

/** Opens a connection, sends `text` and gives what comes back until it ends. */
function send(text: string | Buffer): Promise<string> {
  return new Promise(resolve => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.on("data", piece => (answer += piece.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

test("hostile requests are refused, one by one", async () => {
  const request = (first: string, ...headers: string[]) => `${first}\r\n${headers.join("\r\n")}\r\n\r\n`;
  const host = `Host: localhost:${port}`;
  const cases: [string, RegExp][] = [
    [request("GET / HTTP/1.1"), /^HTTP\/1\.1 400/],
    [request("GET / HTTP/1.1", host, host.replace("localhost", "evil.example")), /^HTTP\/1\.1 (400|200)/],
    [request("GET / HTTP/1.1", "Host: evil.example", "X-Forwarded-Host: localhost"), /^HTTP\/1\.1 403/],
    [request("GET http://evil.example/jobs/ HTTP/1.1", "Host: evil.example"), /^HTTP\/1\.1 403/],
    [request("GET / HTTP/1.1", host, `X: ${"y".repeat(20_000)}`), /^HTTP\/1\.1 (400|431)/],
    [request("GET / HTTP/1.1", host, ...Array.from({ length: 3000 }, (_, i) => `X-${i}: 1`)), /^HTTP\/1\.1 (400|431)/],
    [request(`GET /${"a".repeat(30_000)} HTTP/1.1`, host), /^HTTP\/1\.1 (400|414|431)/],
    [
      request("POST /jobs/job/kill/?id=0 HTTP/1.1", host, "Content-Length: 99999999999", "Connection: close"),
      /^$|^HTTP\/1\.1 4/,
    ],
    [request("GET / HTTP/1.1", host, "Content-Length: -1"), /^HTTP\/1\.1 400/],
    [request("GET / HTTP/1.1", host, "Content-Length: 3", "Transfer-Encoding: chunked"), /^HTTP\/1\.1 400/],
    [request("GET / HTTP/1.1\r\n X: folded", host), /^HTTP\/1\.1 400/],
    [request("FOO / HTTP/1.1", host), /^HTTP\/1\.1 400/],
    ["\0\0\0\0\r\n\r\n", /^HTTP\/1\.1 400/],
    ["GET /\r\n\r\n", /^HTTP\/1\.1 40[03]/],
    [request("GET /events?page=/a%00b HTTP/1.1", host, "Connection: close"), /^HTTP\/1\.1 404/],
  ];
  for (const [text, expected] of cases) assert.match(await send(text), expected, text.slice(0, 60));
  await isWell();
});

test("any bytes at all", async () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      `Host: localhost:${port}`,
      "Host:",
      "Connection: upgrade",
      "Upgrade: websocket",
      "Expect: 100-continue",
      "Transfer-Encoding: chunked",
    ),
  );
  const text = fc.tuple(
    fc.constantFrom("GET", "HEAD", "POST", "CONNECT", "PRI *", ""),
    fc.oneof(fc.webPath(), fc.string(), fc.constantFrom("/jobs/job/kill/?id=1", "/events", "*")),
    fc.array(line, { maxLength: 6 }),
    fc.string({ maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(text, async ([method, target, lines, body]) => {
      const answer = await send(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 5(?!01)/, answer.slice(0, 300));
    }),
    { numRuns: 150, endOnFailure: true },
  );
  await isWell();
});

test("a thousand readers at once, a quarter of them asleep; one more is told so, and all of them leave", async () => {
  const pages = ["/streaming/", "/dashboard/", "/jobs/", "/stages/", "/executors/"];
  const sockets: Socket[] = [];
  let told = 0;
  let enough = () => {};
  const everybody = new Promise<void>(resolve => {
    enough = resolve;
  });
  await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const socket = connect(port, "127.0.0.1");
      sockets.push(socket);
      socket.on("error", () => {});
      await once(socket, "connect");
      socket.write(`GET /events?page=${pages[i % pages.length]} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      const [first] = (await once(socket, "data")) as [Buffer];
      assert.match(String(first), /^HTTP\/1\.1 200 /);
      if (i % 4 === 0) {
        socket.pause();
        return;
      }
      let events = 0;
      socket.on("data", (piece: Buffer) => {
        const news = piece.includes("event: page");
        if (news && ++events === 2 && ++told === 750) enough();
      });
    }),
  );
  assert.equal((await ask(url, "/events?page=/jobs/")).status, 503);
  await everybody;
  await isWell();
  for (const socket of sockets) socket.destroy();
  for (;;) {
    // The server hears of it a little later.
    const reply = await new Promise<string>(resolve => {
      const socket = connect(port, "127.0.0.1", () =>
        socket.write(`GET /events?page=/jobs/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`),
      );
      socket.once("data", piece => {
        socket.destroy();
        resolve(String(piece));
      });
    });
    if (reply.startsWith("HTTP/1.1 200")) break;
    assert.match(reply, /^HTTP\/1\.1 503/);
  }
  await isWell();
});

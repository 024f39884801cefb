import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import { SparkConf, SparkContext } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { HostCheck } from "../../src/ui/server/host-check.js";
import { ask, startContext } from "./harness.js";

test("a page for people, escaped, with nothing from elsewhere", async () => {
  const sc = await startContext();
  await sc.parallelize([1]).count();
  const page = await ask(sc, "/");
  assert.equal(page.type, "text/html;charset=utf-8");
  assert.match(page.body, /<strong>status &#60;test&#62;<\/strong>/);
  assert.match(page.body, /Completed Jobs \(1\)/);
  assert.doesNotMatch(page.body, /(?:src|href)="(?:https?:)?\/\//);
  assert.match(String(page.headers["content-security-policy"]), /default-src 'none'/);
  assert.equal((await ask(sc, "/static/page.css")).type, "text/css;charset=utf-8");
  await sc.stop();
});

test("uiWebUrl is there when the context is ready, and nothing answers after stop", async () => {
  const sc = new SparkContext(new SparkConf(false).setMaster("local").setAppName("x").set("spark.ui.port", 0));
  assert.equal(sc.uiWebUrl, undefined);
  await sc.whenReady();
  const url = sc.uiWebUrl!;
  assert.match(url, /^http:\/\/localhost:\d+$/);
  assert.equal((await ask(url, "/api/v1/version")).status, 200);
  await sc.stop();
  await assert.rejects(ask(url, "/api/v1/version"));
});

test("HEAD is a GET without a body, other methods are refused", async () => {
  const sc = await startContext();
  const head = await ask(sc, "/api/v1/version", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.body, "");
  assert.ok(Number(head.headers["content-length"]) > 0);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const reply = await ask(sc, "/", { method });
    assert.equal(reply.status, 405, method);
    assert.equal(reply.headers["allow"], "GET, HEAD");
  }
  await sc.stop();
});

test("a foreign Host header is refused", async () => {
  const sc = await startContext({ "spark.ui.allowedHosts": "box.example, other" });
  const status = async (Host: string) => (await ask(sc, "/", { headers: { Host } })).status;
  assert.equal(await status("evil.example"), 403);
  assert.equal(await status("localhost.evil.example:80"), 403);
  assert.equal(await status("box.example:4040"), 200);
  assert.equal(await status("LOCALHOST:1"), 200);
  await sc.stop();
});

test("which hosts pass", () => {
  const loopback = new HostCheck("127.0.0.1", "");
  for (const host of ["localhost", "localhost:4040", "127.0.0.1:4040", "127.9.9.9", "[::1]:4040", "localhost."]) {
    assert.equal(loopback.allows(host), true, host);
  }
  for (const host of [
    undefined,
    "",
    "10.0.0.1",
    "a.b",
    "localhost:99999999",
    "x@localhost",
    "localhost evil",
    "[::2]",
  ]) {
    assert.equal(loopback.allows(host), false, String(host));
  }
  const open = new HostCheck("0.0.0.0", "");
  assert.equal(open.allows("10.0.0.1:4040"), true);
  assert.equal(open.allows("[fe80::1]:4040"), true);
  assert.equal(open.allows("name.example"), false);
  assert.equal(new HostCheck("box.example", "").allows("box.example"), true);
});

test("a port that is taken: the next one, with a WARN line; none free: an ERROR line, and it goes on without", async () => {
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line));
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  try {
    const sc = await startContext({ "spark.ui.port": port, "spark.port.maxRetries": 50 });
    assert.ok(Number(new URL(sc.uiWebUrl!).port) > port);
    assert.match(
      lines[0]!,
      new RegExp(`WARN SparkUI: Service 'SparkUI' could not bind on port ${port}\\. Attempting port ${port + 1}\\.$`),
    );
    await sc.stop();
    lines.length = 0;
    const refused: Record<string, string | number>[] = [
      { "spark.ui.port": port, "spark.port.maxRetries": 0 },
      { "spark.ui.host": "203.0.113.7" },
    ];
    for (const settings of refused) {
      const without = await startContext(settings);
      assert.equal(without.uiWebUrl, undefined);
      assert.equal(await without.parallelize([1]).count(), 1);
      await without.stop();
    }
    assert.match(
      lines[0]!,
      new RegExp(`ERROR SparkUI: .*: Service 'SparkUI' found no free port from ${port} to ${port} on 127\\.0\\.0\\.1`),
    );
    assert.match(lines[1]!, /ERROR SparkUI: .*cannot listen on 203\.0\.113\.7/);
  } finally {
    taken.close();
    undo();
  }
});

test("the address that is shown leads there, whichever of loopback's it is", async () => {
  for (const [host, url] of [
    ["127.0.0.2", /^http:\/\/127\.0\.0\.2:\d+$/],
    ["localhost", /^http:\/\/localhost:\d+$/],
  ] as const) {
    const sc = await startContext({ "spark.ui.host": host });
    assert.match(sc.uiWebUrl!, url);
    assert.equal((await fetch(`${sc.uiWebUrl}/api/v1/version`)).status, 200);
    await sc.stop();
  }
});

test("what cannot be read is told with its status, and the connection does not stay", async () => {
  const sc = await startContext();
  const { port } = new URL(sc.uiWebUrl!);
  for (const [request, status] of [
    [`GET /${"a".repeat(20_000)} HTTP/1.1\r\n\r\n`, "431 Request Header Fields Too Large"],
    ["nonsense\r\n\r\n", "400 Bad Request"],
  ] as const) {
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.write(request);
    let said = "";
    for await (const piece of socket) said += String(piece);
    assert.ok(said.startsWith(`HTTP/1.1 ${status}\r\n`), said);
    assert.match(said, /\r\nContent-Type: text\/plain;charset=utf-8\r\n/);
    socket.destroy();
  }
  await sc.stop();
});

test("spark.ui.enabled=false opens no port", async () => {
  const sc = await startContext({ "spark.ui.enabled": false });
  assert.equal(sc.uiWebUrl, undefined);
  await sc.stop();
});

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { test } from "node:test";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { LivePages, MAX_CLIENTS } from "../../src/ui/server/live-pages.js";
import { pageTarget } from "../../src/ui/server/router.js";
import { ask, startContext } from "./harness.js";

/** A reader that takes what it is sent when it is told to. */
class Reader extends EventEmitter {
  writableLength = 0;
  readonly got: string[] = [];
  slow = false;
  write(data: Buffer | string): boolean {
    this.got.push(String(data));
    if (this.slow) this.writableLength += data.length;
    return !this.slow;
  }
  destroy(): void {
    this.emit("close");
  }
  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

const event = (text: string) => `event: page\ndata: ${JSON.stringify(text)}\n\n`;

test("a page is pushed when it has changed, made once for all its readers, and not at all without one", async () => {
  const clock = new ManualClock(0);
  let text = "one\n";
  let made = 0;
  const live = new LivePages(() => {
    made++;
    return text;
  }, clock);
  const [a, b] = [new Reader(), new Reader()];
  await clock.advance(5000);
  assert.equal(made, 0);
  live.add("/jobs/", a.response);
  live.add("/jobs/", b.response);
  await clock.advance(3000);
  assert.equal(made, 3);
  assert.deepEqual([a.got, b.got], [[event("one\n")], [event("one\n")]]);
  text = "two";
  await clock.advance(1000);
  assert.deepEqual(a.got, [event("one\n"), event("two")]);
  a.destroy();
  b.destroy();
  made = 0;
  await clock.advance(5000);
  assert.deepEqual([made, live.clients], [0, 0]);
});

test("a slow reader is sent nothing more until it has caught up, and dropped when it does not", async () => {
  const clock = new ManualClock(0);
  let n = 0;
  const live = new LivePages(() => `${++n}`, clock);
  const [slow, quick] = [new Reader(), new Reader()];
  slow.slow = true;
  live.add("/", slow.response);
  live.add("/", quick.response);
  await clock.advance(5000);
  assert.deepEqual([slow.got.length, quick.got.length], [1, 5]);
  slow.writableLength = 0;
  await clock.advance(1000);
  assert.equal(slow.got.at(-1), event("6"));
  await clock.advance(12_000);
  assert.equal(live.clients, 1);
});

test("no more than a thousand readers; many pages take turns", async () => {
  const clock = new ManualClock(0);
  let made = 0;
  const live = new LivePages(target => {
    made++;
    return target;
  }, clock);
  const readers = Array.from({ length: MAX_CLIENTS }, () => new Reader());
  readers.forEach((r, i) => {
    assert.equal(live.add(`/jobs/job/?id=${i}`, r.response), true);
  });
  assert.equal(live.add("/", new Reader().response), false);
  await clock.advance(1000);
  assert.equal(made, 40);
  await clock.advance(24_000);
  assert.ok(readers.every(r => r.got.filter(text => text.startsWith("event")).length === 1));
  live.stop();
  assert.equal(live.clients, 0);
});

test("a reader that has gone away is noticed in silence, a page that fails harms no other", async () => {
  const clock = new ManualClock(0);
  const live = new LivePages(target => (target === "/none" ? undefined : "x"), clock);
  const [a, b] = [new Reader(), new Reader()];
  live.add("/none", a.response);
  live.add("/", b.response);
  await clock.advance(16_000);
  assert.deepEqual(a.got, [":\n\n"]);
  assert.deepEqual(b.got, [event("x"), ":\n\n"]);
});

test("who looks at what has gone is told so, and sees it again when it comes back", async () => {
  const clock = new ManualClock(0);
  let text: string | undefined = "x";
  const live = new LivePages(() => text, clock);
  const reader = new Reader();
  live.add("/streaming/", reader.response);
  await clock.advance(1000);
  text = undefined;
  await clock.advance(2000);
  text = "y";
  await clock.advance(1000);
  assert.deepEqual(reader.got, [event("x"), "event: gone\ndata: -\n\n", event("y")]);
});

test("a page is the same one however it is asked for", () => {
  for (const target of ["/jobs/", "/jobs", "//jobs//", "/jobs/?a=1&b=2", "/jobs/?#x"]) {
    assert.equal(pageTarget(target), "/jobs?", target);
  }
  assert.equal(pageTarget("/stages/stage/?x=1&attempt=0&id=7"), "/stages/stage?id=7&attempt=0");
  assert.equal(pageTarget("/stages/stage/?tasks.page=2&id=7"), "/stages/stage?id=7&tasks.page=2");
  for (const none of ["/events", "/api/v1/version", "/%E0%A4%A"]) assert.equal(pageTarget(none), undefined, none);
});

test("/events over the wire", async () => {
  const sc = await startContext();
  const { port } = new URL(sc.uiWebUrl!);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: "127.0.0.1", port, path: "/events?page=/jobs/", agent: false }, resolve).on("error", reject).end();
  });
  assert.equal(response.headers["content-type"], "text/event-stream");
  const [first] = (await EventEmitter.once(response, "data")) as [Buffer];
  // The tabs come along: those of streams and charts come and go.
  assert.match(String(first), /^event: page\ndata: "<nav .*<section id=/);
  const ended = new Promise(resolve => response.once("close", resolve));
  response.on("error", () => {});
  assert.equal((await ask(sc, "/events?page=/nope")).status, 404);
  assert.equal((await ask(sc, "/events", { headers: { "Sec-Fetch-Site": "cross-site" } })).status, 403);
  assert.equal((await ask(sc, "/events", { method: "HEAD" })).type, "text/event-stream");
  await sc.stop();
  await ended;
});

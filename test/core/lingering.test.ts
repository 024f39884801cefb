import assert from "node:assert/strict";
import { it } from "node:test";
import { ManualClock } from "../../src/core/clock/manual-clock.js";
import { Lingering } from "../../src/core/util/lingering.js";

it("a client is shared by its key, and closed half a minute after its last user has gone", async () => {
  const closed: string[] = [];
  const clock = new ManualClock();
  const clients = new Lingering<{ name: string }>(({ name }) => closed.push(name), clock);
  let made = 0;
  const acquire = (key: string) => clients.acquire(key, () => ({ name: `${key}${++made}` }));
  const [one, two, other] = [acquire("a"), acquire("a"), acquire("b")];
  assert.equal(one.client, two.client);
  assert.equal(other.client.name, "b2");
  one.release();
  one.release();
  await clock.advance(60_000);
  assert.deepEqual(closed, []);
  two.release();
  await clock.advance(20_000);
  const again = acquire("a");
  assert.equal(again.client, one.client);
  await clock.advance(60_000);
  assert.deepEqual(closed, []);
  again.release();
  await clock.advance(30_000);
  assert.deepEqual(closed, ["a1"]);
  assert.equal(acquire("a").client.name, "a3");
});

import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { EventReceiver } from "../../src/connectors/flume/event-receiver.js";

type Stored = ReturnType<EventReceiver["storeAcknowledged"]>;

class Held extends EventReceiver {
  readonly waits: Stored[] = [];
  get holdsBack(): boolean {
    return this.turn !== undefined;
  }
  bring(): Promise<void> {
    return this.take([{ headers: [], body: Buffer.from("x") }], 10);
  }
  protected override storeAcknowledged(): Stored {
    return this.waits.shift()!;
  }
  override onStart(): void {}
  override onStop(): void {}
}

it("a batch that cannot be kept does not end the wait for another one's room", async () => {
  const receiver = new Held();
  let makeRoom = () => {};
  const room = new Promise<void>(resolve => {
    makeRoom = resolve;
  });
  const failed = Promise.reject(new Error("the log"));
  receiver.waits.push({ safe: Promise.resolve(), ready: room }, { safe: failed, ready: failed });
  await receiver.bring();
  await assert.rejects(receiver.bring(), /the log/);
  await turn();
  assert.equal(receiver.holdsBack, true);
  makeRoom();
  await turn();
  assert.equal(receiver.holdsBack, false);
});

import assert from "node:assert/strict";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { test } from "node:test";
import { refusalOf } from "../helpers/refusal-of.js";

const refusal = (...args: string[]) => refusalOf("flume", ...args);

test("npm run flume: a port that is none, or taken, is refused before an agent starts", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const taken = String((server.address() as AddressInfo).port);
  try {
    assert.equal(await refusal("send", "--to", "abc"), "2: --to is abc: it must be a port, 1 to 65535");
    assert.equal(await refusal("agent"), "2: agent needs --to");
    const isTaken = `2: port ${taken} of 127.0.0.1 is taken: choose another with`;
    assert.equal(await refusal("agent", "--to", "4141", "--listen", taken), `${isTaken} --listen`);
    assert.equal(await refusal("spark-sink", "--port", taken), `${isTaken} --port`);
  } finally {
    server.close();
  }
});

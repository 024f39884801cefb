import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { it } from "node:test";
import { openCluster } from "../../src/connectors/kafka/client/kafkajs-cluster.js";

/** A broker that takes connections and requests, and never answers. */
async function muteBroker() {
  const sockets: net.Socket[] = [];
  const server = net.createServer(socket => sockets.push(socket.on("error", () => {})));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as net.AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    /** When the first bytes of a request are there. */
    async asked() {
      if (sockets.length === 0) await once(server, "connection");
      await once(sockets[0]!, "data");
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const settings = (broker: string) => ({
  brokers: [broker],
  clientId: "test",
  requestTimeoutMs: 60_000,
  connectTimeoutMs: 60_000,
  patienceMs: 60_000,
  readCommitted: false,
  tls: undefined,
  sasl: undefined,
});

it("a request in flight ends with its connection when this side closes it", async () => {
  const broker = await muteBroker();
  try {
    const cluster = await openCluster(settings(broker.address));
    const connecting = cluster.connect();
    await broker.asked();
    cluster.close();
    await assert.rejects(connecting, /connection was closed/);
  } finally {
    broker.close();
  }
});

it("a request that is asked for while the connection is being opened ends with it", async () => {
  const broker = await muteBroker();
  try {
    const cluster = await openCluster(settings(broker.address));
    const connecting = cluster.connect();
    cluster.close();
    await assert.rejects(connecting, /connection was closed/);
  } finally {
    broker.close();
  }
});

// A request that is under way when its connection dies, in whichever way, is asked again: none waits for an answer that cannot
// come, whatever kind of request it is and however often it happens in a row.
import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { KafkaClient } from "../../src/connectors/kafka/client/kafka-client.js";
import { LATEST } from "../../src/connectors/kafka/client/kafka-cluster.js";
import { openCluster } from "../../src/connectors/kafka/client/kafkajs-cluster.js";
import { READER_DEFAULTS } from "../../src/connectors/kafka/params.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { type Fate, type KafkaProxy, startProxy } from "./proxy.js";
import { describeWithBroker, kafka } from "./real-broker.js";

let proxy: KafkaProxy;
const fates: readonly Fate[] = ["silence", "fin", "rst", "half an answer, then fin", "half an answer, then rst"];

describeWithBroker(
  "A connection that dies",
  fixture => {
    const at = { topic: "t", partition: 0 };
    let client: KafkaClient;
    let log: string[];
    let restoreLog: () => void;

    const settings = (requestTimeoutMs: number) => ({
      brokers: [`127.0.0.1:${proxy.port}`],
      clientId: "test",
      requestTimeoutMs,
      connectTimeoutMs: 300,
      patienceMs: 60_000,
      readCommitted: false,
      tls: undefined,
      sasl: undefined,
    });

    before(async () => {
      const { bootstrap } = fixture.broker;
      await kafka.createTopic(bootstrap, "t");
      await kafka.send(bootstrap, "t", Array(50).fill({ value: "x".repeat(50) }));
      log = [];
      restoreLog = setLogSink(line => log.push(line));
      client = new KafkaClient(settings(300), READER_DEFAULTS);
      // The first thing it asks for: nothing else has told it yet which brokers there are.
      await client.commit("g", [{ ...at, offset: 7 }]);
    });
    after(() => {
      client?.close();
      restoreLog();
      proxy.close();
    });
    afterEach(() => {
      assert.equal(proxy.left, 0, "it was struck");
      log.length = 0;
    });

    const fetched = async () => (await client.fetch({ ...at, offset: 0, maxBytes: 1 << 20 })).highWatermark;
    // Who coordinates a group is asked once.
    let groups = 0;
    const requests: readonly [name: string, apiKey: number, ask: () => Promise<unknown>, answer: unknown][] = [
      ["ListOffsets", 2, () => client.latest([at]), [{ ...at, offset: 50 }]],
      ["Metadata", 3, () => client.partitionsOf("t"), [0]],
      ["Fetch", 1, fetched, 50],
      ["OffsetFetch", 9, () => client.committed("g", [at]), [{ ...at, offset: 7 }]],
      ["OffsetCommit", 8, () => client.commit("g", [{ ...at, offset: 7 }]), undefined],
      ["FindCoordinator", 10, () => client.committed(`other ${groups++}`, [at]), []],
    ];
    for (const [name, apiKey, ask, answer] of requests) {
      for (const fate of fates) {
        it(`${name}: ${fate}, three times in a row`, async () => {
          proxy.strike(apiKey, fate, 3);
          assert.deepEqual(await ask(), answer);
        });
      }
    }

    for (const fate of fates) {
      it(`what opens a connection: ${fate}`, async () => {
        const fresh = new KafkaClient(settings(10_000), READER_DEFAULTS);
        try {
          proxy.strike(18, fate, 2);
          assert.deepEqual(await fresh.latest([at]), [{ ...at, offset: 50 }]);
        } finally {
          fresh.close();
        }
      });
    }

    for (const fate of fates.slice(1)) {
      it(`the next connection has nothing of the one before: ${fate}`, async () => {
        const cluster = await openCluster(settings(300));
        try {
          await cluster.connect();
          const [first] = await cluster.partitions("t");
          const latest = () => cluster.listOffsets(first!.leader, [at], LATEST);
          proxy.strike(2, fate, 1);
          await assert.rejects(latest());
          assert.deepEqual(await latest(), [{ ...at, offset: 50 }]);
        } finally {
          cluster.close();
        }
      });
    }

    it("all that is under way at once", async () => {
      for (const fate of fates) {
        proxy.strike(2, fate, 2);
        const asked = [client.latest([at]), fetched(), client.earliest([at]), client.partitionsOf("t")];
        await turn();
        asked.push(client.committed("g", [at]), client.latest([at]));
        const first = { ...at, offset: 0 };
        const end = { ...at, offset: 50 };
        assert.deepEqual(await Promise.all(asked), [[end], 50, [first], [0], [{ ...at, offset: 7 }], [end]]);
      }
    });

    it("is told once, with the partitions that are affected, whatever it was that was asked for", async () => {
      proxy.strike(3, "rst", 6);
      assert.deepEqual(
        (await client.topicNames()).filter(name => !name.startsWith("_")),
        ["t"],
      );
      const where = `Kafka partition t-0 at 127.0.0.1:${proxy.port}`;
      assert.equal(log.length, 2, log.join("\n"));
      assert.ok(log[0]!.includes(`${where} does not answer (`), log[0]);
      assert.ok(log[1]!.includes(`${where} is back after`), log[1]);
    });

    it("a client whose quota is used up waits as long as the broker says, and says nothing", async () => {
      proxy.strike(1, "throttled", 3);
      assert.equal(await fetched(), 50);
      assert.deepEqual(log, []);
    });
  },
  async dir => {
    proxy = await startProxy(() => Number(kafka.readState(dir)!.port));
    return { extra: { "advertised.listeners": `PLAINTEXT://127.0.0.1:${proxy.port}` } };
  },
);

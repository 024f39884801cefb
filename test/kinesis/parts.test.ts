// The parts that a Kinesis stream is made of, by themselves.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, describe, it } from "node:test";
import fc from "fast-check";
import type { KinesisApi, Place, RawRecord, Shard } from "../../src/connectors/kinesis/client/kinesis-api.js";
import type { KinesisClient } from "../../src/connectors/kinesis/client/kinesis-client.js";
import { unpacked } from "../../src/connectors/kinesis/packed-records.js";
import { readRange } from "../../src/connectors/kinesis/read-range.js";
import { compareSequence } from "../../src/connectors/kinesis/sequence-range.js";
import { FollowedShards } from "../../src/connectors/kinesis/shards/followed-shards.js";
import { Pace } from "../../src/connectors/kinesis/shards/pace.js";
import { Room } from "../../src/connectors/kinesis/shards/room.js";
import { sharesOf } from "../../src/connectors/kinesis/shards/shares.js";
import { followAgain } from "../../src/connectors/kinesis/start-positions.js";
import { Condition } from "../helpers/condition.js";
import { logOf } from "../streaming/helpers/streams.js";

const MiB = 1024 * 1024;
const HOUR = 3_600_000;

describe("the pace of a shard", () => {
  const paceOf = (interval: number) => {
    const waits: number[] = [];
    const clock = { now: 0, monotonic: () => clock.now };
    const wait = async (ms: number) => {
      waits.push(ms);
      clock.now += ms;
    };
    return { pace: new Pace(interval, clock, wait), clock, waits };
  };

  it("keeps an interval between two reads, whoever reads", async () => {
    const { pace, clock, waits } = paceOf(250);
    await pace.turn();
    clock.now += 100;
    await pace.turn();
    clock.now += 1000;
    await pace.turn();
    assert.deepEqual(waits, [150]);
  });

  it("keeps 2 MiB a second", async () => {
    const { pace, waits } = paceOf(250);
    await pace.turn();
    pace.read(10 * MiB);
    await pace.turn();
    pace.read(100);
    await pace.turn();
    assert.deepEqual(waits, [5000, 250]);
  });
});

describe("room", () => {
  it("is for who came first, and for nobody when it is closed", async () => {
    const room = new Room(10);
    assert.equal(await room.enter(8), true);
    assert.equal(await room.enter(8), true);
    const order: string[] = [];
    const waits = ["a", "b"].map(async name => order.push(`${name} ${await room.enter(10)}`));
    room.change(-16);
    await waits[0];
    assert.deepEqual(order, ["a true"]);
    room.close();
    await waits[1];
    assert.deepEqual(order, ["a true", "b false"]);
  });
});

it("shares are as many as there may be, none of them more than there is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5000 }),
      (counts, most) => {
        const shares = sharesOf(counts, most);
        const total = counts.reduce((a, b) => a + b, 0);
        assert.equal(
          shares.reduce((a, b) => a + b, 0),
          Math.min(total, most),
        );
        assert.ok(shares.every((share, i) => share <= counts[i]!));
      },
    ),
  );
});

it("sequence numbers compare as numbers", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), (a, b) => {
      assert.equal(Math.sign(compareSequence(String(a), String(b))), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

const raw = (data: Buffer, sequenceNumber = "1"): RawRecord => ({
  data,
  partitionKey: "whole",
  sequenceNumber,
  arrived: 0,
});

/** What Amazon's producer library makes of records. */
function packed(records: readonly (readonly [key: string, data: string])[]): Buffer {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
  const field = (number: number, bytes: Buffer) =>
    Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes]);
  const keys = [...new Set(records.map(([key]) => key))];
  const message = Buffer.concat([
    ...keys.map(key => field(1, Buffer.from(key))),
    ...records.map(([key, data]) =>
      field(3, Buffer.concat([Buffer.from([8, ...varint(keys.indexOf(key))]), field(3, Buffer.from(data))])),
    ),
  ]);
  const digest = createHash("md5").update(message).digest();
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, digest]);
}

describe("records that a producer packed", () => {
  const show = (data: Buffer) =>
    unpacked(raw(data), "s").map(r => [r.partitionKey, r.data.toString(), r.sequenceNumber, r.subSequenceNumber]);

  it("come each by itself", () => {
    const long = "x".repeat(300);
    assert.deepEqual(
      show(
        packed([
          ["a", "1"],
          ["b", long],
          ["a", ""],
        ]),
      ),
      [
        ["a", "1", "1", 0],
        ["b", long, "1", 1],
        ["a", "", "1", 2],
      ],
    );
  });

  it("are somebody's own bytes where anything of them is otherwise", () => {
    const whole = packed([
      ["a", "1"],
      ["b", "2"],
    ]);
    for (let i = 0; i < whole.length; i++) {
      const other = Buffer.from(whole);
      other[i]! ^= 1;
      assert.deepEqual(show(other), [["whole", other.toString(), "1", 0]]);
    }
    for (let n = 0; n < whole.length; n++) assert.equal(show(whole.subarray(0, n)).length, 1);
    // The digest is right, and the message none.
    for (const bytes of [[0x1a, 5], [0x1a, 2, 8, 9], [0xff], [0x1d, 1, 2, 3, 4], Array(12).fill(0xff)]) {
      const message = Buffer.from(bytes);
      const digest = createHash("md5").update(message).digest();
      const data = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, digest]);
      assert.equal(show(data)[0]![0], "whole");
    }
  });
});

/** Kinesis, of one shard's records by number, as much of it as a test needs. */
function fakeApi(records: readonly RawRecord[], { expires = 0, perRead = 3 } = {}): KinesisApi {
  let expired = 0;
  const after = ({ at, ...place }: Place) => {
    const { number } = place as { number: string };
    return records.findIndex(r => compareSequence(r.sequenceNumber, number) >= (at === "after" ? 1 : 0));
  };
  return {
    streamName: "orders",
    endpointUrl: "http://fake",
    listShards: async () => [],
    iterator: async (_, place) => String(after(place) === -1 ? records.length : after(place)),
    read: async (iterator, limit) => {
      if (expired++ < expires) throw Object.assign(new Error("expired"), { code: "KINESIS_EXPIRED_ITERATOR" });
      const from = Number(iterator);
      const found = records.slice(from, from + Math.min(limit, perRead));
      const next = from + found.length;
      return { records: found, next: String(next), behind: next < records.length ? 1000 : 0 };
    },
    retention: async () => 24 * HOUR,
    put: async () => [],
  };
}

describe("a range that is read again", () => {
  const records = Array.from({ length: 10 }, (_, i) => raw(Buffer.from(String(i)), String(100 + i)));
  const patience = { waitTime: 0, maxAttempts: 1 };
  const read = async (api: KinesisApi, from: string, to: string, count: number) => {
    const found: string[] = [];
    for await (const chunk of readRange(api, { shardId: "s", from, to, count }, new Pace(0), patience))
      found.push(...chunk.map(r => String(r.data)));
    return found.join("");
  };

  it("has the same records, in several reads, also when a place expires meanwhile", async () => {
    assert.equal(await read(fakeApi(records), "102", "108", 7), "2345678");
    assert.equal(await read(fakeApi(records, { expires: 2 }), "100", "109", 10), "0123456789");
    assert.equal(await read(fakeApi(records), "104", "104", 1), "4");
  });

  it("is an error that says what is lost, where its beginning, its middle or its end is not there", async () => {
    const says = (why: string) => ({
      code: "KINESIS_RANGE_GONE",
      message: new RegExp(`7 records of Kinesis stream "orders", shard s, sequence numbers 102 to 108, .*: ${why}`),
    });
    const without = (...gone: number[]) => fakeApi(records.filter((_, i) => !gone.includes(i)));
    await assert.rejects(read(without(0, 1, 2, 3), "102", "108", 7), says("the shard has nothing before 104"));
    await assert.rejects(read(without(4), "102", "108", 7), says("6 are there"));
    await assert.rejects(read(without(8), "102", "108", 7), says("6 are there"));
    await assert.rejects(read(without(8, 9), "102", "108", 7), says("6 are there"));
    await assert.rejects(read(fakeApi([]), "102", "108", 7), says("0 are there"));
  });

  it("has what was packed, each counted by itself", async () => {
    const both = [
      raw(
        packed([
          ["a", "1"],
          ["b", "2"],
        ]),
        "7",
      ),
      raw(Buffer.from("3"), "8"),
    ];
    assert.equal(await read(fakeApi(both), "7", "8", 3), "123");
  });
});

describe("shards that a checkpoint knows", () => {
  const shard = (id: string, ...parents: string[]): Shard => ({ id, parents, isOpen: true });
  const follow = async (saved: readonly string[], listed: readonly Shard[], until?: number) => {
    const api = { ...fakeApi([]), listShards: async () => [...listed] };
    const patience = { waitTime: 0, maxAttempts: 1 };
    const pace = () => new Pace(0);
    const followed = new FollowedShards({ name: "stream", api, patience, limit: 1, pace });
    const from: Place = { at: "after", number: "5" };
    const shards = saved.map(id => ({ shard: id, parents: [], from, ...(until === undefined ? {} : { until }) }));
    const lines = await logOf(() => followAgain(shards, api as unknown as KinesisClient, followed, patience, "stream"));
    return { shards: followed.save().map(s => `${s.shard} ${s.from.at}`), lines };
  };

  it("are followed where they were; what they were made from and what comes of them is not", async () => {
    const { shards, lines } = await follow(
      ["b", "c"],
      [shard("a"), shard("b", "a"), shard("c", "a"), shard("d", "b", "c")],
    );
    assert.deepEqual([shards, lines], [["b after", "c after"], []]);
  });

  it("and that are gone are told, and what follows them is read from its beginning", async () => {
    const listed = [shard("a"), shard("b", "a"), shard("e", "gone"), shard("f", "e"), shard("g", "b")];
    const { shards, lines } = await follow(["b", "gone"], listed, Date.UTC(2026, 0, 1));
    assert.deepEqual(shards, ["b after", "e horizon", "f horizon"]);
    assert.match(lines[0]!, /WARN .*gone \(read up to 2026-01-01T00:00:00.000Z\).*beginning: e, f\./);
  });
});

describe("shards that end", () => {
  const running: FollowedShards[] = [];
  afterEach(() => {
    for (const followed of running.splice(0)) followed.stop();
  });

  /** Shards without records, by whether they are closed; whoever reads is waited for. */
  function streamOf(initial: readonly Shard[]) {
    const told = new Condition();
    const closed = new Set<string>();
    const stream = { listed: [...initial], lists: 0 };
    const api: KinesisApi = {
      ...fakeApi([]),
      listShards: async () => {
        stream.lists++;
        told.changed();
        return [...stream.listed];
      },
      iterator: async id => id,
      read: async iterator => {
        told.changed();
        return { records: [], next: closed.has(iterator) ? undefined : iterator, behind: 0 };
      },
    };
    const patience = { waitTime: 1, maxAttempts: 1 };
    const followed = new FollowedShards({ name: "stream", api, patience, limit: 1000, pace: () => new Pace(1) });
    running.push(followed);
    const names = () => followed.save().map(({ shard }) => shard);
    const until = (holds: () => boolean) => told.until(holds);
    /** Closes a shard; resolves when it has ended and a batch has been there. */
    const end = async (id: string) => {
      closed.add(id);
      await until(() => {
        followed.take(1);
        return !followed.has(id);
      });
    };
    return { stream, followed, names, until, end, closed };
  }
  const shard = (id: string, ...parents: string[]): Shard => ({ id, parents, isOpen: true });

  it("wait for a merge whose other parent is not followed yet: it comes when that one has ended", async () => {
    const all = [shard("a"), shard("e"), shard("c", "a"), shard("d", "a"), shard("f", "d", "e")];
    const { followed, names, end } = streamOf(all);
    for (const id of ["a", "e"]) followed.follow(id, [], { from: { at: "horizon" } });
    followed.start();
    await end("e");
    assert.deepEqual(names(), ["a"]);
    await end("a");
    assert.deepEqual(names(), ["c", "d"]);
    await end("d");
    assert.deepEqual(names(), ["c", "f"]);
  });

  it("stay until the list has what follows them", async () => {
    const { stream, followed, names, until, end, closed } = streamOf([shard("a"), shard("open")]);
    for (const id of ["a", "open"]) followed.follow(id, [], { from: { at: "horizon" } });
    followed.start();
    closed.add("a");
    await until(() => {
      followed.take(1);
      return stream.lists >= 3 || !followed.has("a");
    });
    assert.deepEqual(names(), ["a", "open"]);
    stream.listed.push(shard("b", "a"));
    await end("a");
    assert.deepEqual(names(), ["open", "b"]);
  });
});

it("shards that are idle do not read all at once where little room is left: each read may give much", async () => {
  const told = new Condition();
  let [reads, reading, most] = [0, 0, 0];
  const large = raw(Buffer.alloc(9000), "1");
  const api: KinesisApi = {
    ...fakeApi([]),
    iterator: async id => id,
    read: async iterator => {
      reading++;
      if (reads++ > 40) most = Math.max(most, reading);
      await new Promise(resolve => setImmediate(resolve));
      reading--;
      told.changed();
      return { records: iterator === "large" ? [large] : [], next: iterator === "large" ? "z" : iterator, behind: 0 };
    },
  };
  const patience = { waitTime: 0, maxAttempts: 1 };
  const followed = new FollowedShards({ name: "stream", api, patience, limit: 10_000, pace: () => new Pace(0) });
  for (const id of ["a", "b", "c", "large"]) followed.follow(id, [], { from: { at: "horizon" } });
  followed.start();
  await told.until(() => reads >= 100);
  followed.stop();
  assert.equal(followed.count, 1);
  assert.equal(most, 1);
});

describe("records that were not read in time", () => {
  it("are told, with the times of those that are lost", async () => {
    const read = new Condition();
    const fake = fakeApi([raw(Buffer.from("x"), "9")]);
    const api: KinesisApi = {
      ...fake,
      read: (iterator, limit) => {
        read.changed();
        return fake.read(iterator, limit);
      },
    };
    const patience = { waitTime: 0, maxAttempts: 1 };
    const followed = new FollowedShards({ name: "stream", api, patience, limit: 1000, pace: () => new Pace(1) });
    const until = Date.now() - 30 * HOUR;
    followed.follow("s", [], { from: { at: "after", number: "5" }, until });
    const lines = await logOf(async () => {
      followed.start();
      await read.until(() => followed.count > 0);
      followed.stop();
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, new RegExp(`records that came to s from ${new Date(until).toISOString()} to .* are lost`));
  });
});

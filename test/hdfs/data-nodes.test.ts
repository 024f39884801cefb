// What DataNodes do that a real one does not do on demand: die in the middle of a file, fall silent, refuse what comes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InputOutputError } from "tspark";
import { failureOf } from "../core/failure.js";
import { signal } from "../streaming/helpers/streams.js";
import { type Asked, type FakeServer, fileStatus, json, nobody, refuse, serve, single } from "./fake-server.js";

const DATA = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));

/** A NameNode that sends readers and writers to these DataNodes, one after the other. */
async function nameNode(dataNodes: readonly FakeServer[] | readonly string[], seen: URLSearchParams[] = []) {
  let next = 0;
  return serve(({ op, path, parameters, response }: Asked) => {
    if (op === "GETFILESTATUS") return json(response, { FileStatus: fileStatus(DATA.length) });
    if (op === "CHECKACCESS") return response.end();
    seen.push(parameters);
    const from = Number(parameters.get("offset") ?? 0);
    if (op === "OPEN" && from >= DATA.length) {
      return refuse(response, "IOException", `Offset=${from} out of the range [0, ${DATA.length}); OPEN, path=${path}`);
    }
    const node = dataNodes[Math.min(next++, dataNodes.length - 1)]!;
    const address = typeof node === "string" ? node : node.address;
    return json(response, { Location: `http://${address}/webhdfs/v1${path}?${parameters}` });
  });
}

/** What a request to a DataNode asks for. */
const wanted = ({ parameters }: Asked) => {
  const from = Number(parameters.get("offset"));
  return DATA.subarray(from, from + Number(parameters.get("length") ?? DATA.length));
};

const sends = () =>
  serve(a => {
    const bytes = wanted(a);
    a.response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });

/** Sends so many bytes and dies. */
const dies = (after: number, withLength = true) =>
  serve(a => {
    const bytes = wanted(a);
    a.response.writeHead(200, withLength ? { "content-length": bytes.length } : { connection: "close" });
    a.response.write(bytes.subarray(0, after), () => {
      if (withLength) a.request.socket.destroy();
      else a.response.end();
    });
  });

const silent = (after: number) =>
  serve(a => {
    const bytes = wanted(a);
    a.response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, after));
  });

async function readAll(address: string, settings: Readonly<Record<string, string>> = {}, from = 0, to?: number) {
  const pieces: Uint8Array[] = [];
  for await (const piece of single(address, settings).open("/f", from, to)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe("a read", () => {
  it("is of the bytes asked for, and of none at or behind the end", async () => {
    const { address } = await nameNode([await sends()]);
    assert.deepEqual(await readAll(address), DATA);
    assert.deepEqual(await readAll(address, {}, 10, 20), DATA.subarray(10, 20));
    assert.deepEqual(await readAll(address, {}, 990, 2000), DATA.subarray(990));
    assert.deepEqual(await readAll(address, {}, 1000), Buffer.alloc(0));
    assert.deepEqual(await readAll(address, {}, 5, 5), Buffer.alloc(0));
  });

  for (const [what, broken] of [
    ["dies in the middle", () => dies(300)],
    ["dies before the first byte", () => dies(0)],
    ["ends early without having told a length", () => dies(300, false)],
    ["cannot be reached", nobody],
    [
      "says that it cannot read the block",
      () => serve(a => refuse(a.response, "IOException", "Could not obtain block")),
    ],
  ] as const) {
    it(`goes on where it was when a DataNode ${what}`, async () => {
      const seen: URLSearchParams[] = [];
      const dead = await broken();
      const alive = await sends();
      const addresses = [typeof dead === "string" ? dead : dead.address, alive.address];
      const { address } = await nameNode(addresses, seen);
      assert.deepEqual(await readAll(address, {}, 100, 900), DATA.subarray(100, 900));
      const got = Number(seen[1]!.get("offset")) - 100;
      assert.equal(got, what.includes("middle") || what.includes("early") ? 300 : 0);
      assert.deepEqual(
        seen.map(p => [Number(p.get("offset")) - 100, Number(p.get("length")), p.get("excludedatanodes")]),
        [
          [0, 800, null],
          [got, 800 - got, "127.0.0.1"],
        ],
      );
    });
  }

  it("goes on when a DataNode falls silent", async () => {
    const { address } = await nameNode([await silent(300), await sends()]);
    assert.deepEqual(await readAll(address, { "dfs.webhdfs.socket.read-timeout": "50ms" }), DATA);
  });

  it("that gets a byte each time never gives up", async () => {
    const { address } = await nameNode([
      ...(await Promise.all(Array.from({ length: 6 }, () => dies(10)))),
      await sends(),
    ]);
    assert.deepEqual(await readAll(address), DATA);
  });

  it("is given up after a bounded number of failures, with the DataNode and the byte it had come to", async () => {
    const [first, dead] = [await dies(300), await nobody()];
    const { address, asked } = await nameNode([first.address, dead]);
    const failure = await failureOf(() => readAll(address, { "dfs.client.max.block.acquire.failures": "2" }));
    assert.ok(failure instanceof InputOutputError);
    assert.equal(failure.code, "HDFS_DATA_NODE");
    assert.match(
      failure.message,
      new RegExp(`^Cannot read webhdfs://${address}/f: DataNode ${dead} failed at byte 300: connection refused\\.`),
    );
    assert.equal(asked.length, 3);
  });

  it("that nobody may do is not tried again", async () => {
    const { address, asked } = await nameNode([
      await serve(a => refuse(a.response, "AccessControlException", "Permission denied")),
    ]);
    assert.equal((await failureOf(() => readAll(address))).code, "HDFS_DENIED");
    assert.equal(asked.length, 1);
  });

  it("that is left early ends its connection", async () => {
    const closed = signal();
    const endless = await serve(({ response }) => {
      response.on("close", () => closed.resolve());
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write(DATA, () => setImmediate(more));
      };
      more();
    });
    const { address } = await nameNode([endless]);
    for await (const piece of single(address).open("/f")) {
      assert.ok(piece.length > 0);
      break;
    }
    await closed.promise;
  });

  it("is not sent on to anything but plain HTTP", async () => {
    const server = await serve(({ response }) => json(response, { Location: "https://dn:9865/webhdfs/v1/f" }));
    assert.match(
      (await failureOf(() => readAll(server.address))).message,
      /sends to https:\/\/dn:9865, and only http: is spoken/,
    );
  });
});

describe("a write", () => {
  const takes = (into: Buffer[]) =>
    serve(async ({ request, response }) => {
      // As a DataNode does, though nobody has asked.
      response.writeContinue();
      for await (const piece of request) into.push(piece as Buffer);
      response.writeHead(201).end();
    });

  it("arrives as it was, from text, bytes or pieces, in any number of steps", async () => {
    const into: Buffer[] = [];
    const fs = single((await nameNode([await takes(into)])).address);
    const written = () => Buffer.concat(into.splice(0)).toString();
    await fs.writeFile("/f", "äöü\n");
    assert.equal(written(), "äöü\n");
    await fs.writeFile("/f", "");
    assert.equal(written(), "");
    const large = Buffer.alloc(3_000_000, "x");
    async function* pieces() {
      yield "a";
      yield large;
      yield "b";
    }
    await fs.writeFile("/f", pieces());
    assert.equal(written(), `a${large}b`);
  });

  it("follows a NameNode that redirects", async () => {
    const into: Buffer[] = [];
    const dataNode = await takes(into);
    const server = await serve(({ response }) =>
      response.writeHead(307, { location: `http://${dataNode.address}/x` }).end(),
    );
    await single(server.address).writeFile("/f", "a");
    assert.equal(Buffer.concat(into).toString(), "a");
  });

  it("that is refused in its middle says why", async () => {
    const dataNode = await serve(({ request, response }) => {
      request.once("data", () => refuse(response, "DSQuotaExceededException", "The DiskSpace quota of /f is exceeded"));
      request.resume();
    });
    const fs = single((await nameNode([dataNode])).address);
    const failure = await failureOf(() => fs.writeFile("/f", Array(50).fill(Buffer.alloc(100_000))));
    assert.match(failure.message, /^Cannot write webhdfs:.*\/f: The DiskSpace quota of \/f is exceeded\.$/);
  });

  it("whose DataNode dies fails, with the bytes that it had taken", async () => {
    const dataNode = await serve(({ request }) => request.once("data", () => request.socket.destroy()));
    const fs = single((await nameNode([dataNode])).address);
    const failure = await failureOf(() => fs.writeFile("/f", Array(50).fill(Buffer.alloc(100_000))));
    assert.match(
      failure.message,
      /^Cannot write .*\/f: DataNode 127\.0\.0\.1:\d+ failed at byte \d+: .*What was written is incomplete/,
    );
    assert.equal(dataNode.asked.length, 1);
  });

  it("whose refusal is lost learns from the NameNode that it was not allowed", async () => {
    const dataNode = await serve(({ request }) => void request.socket.destroy());
    const server = await serve(({ op, path, response }) =>
      op === "CHECKACCESS"
        ? refuse(response, "AccessControlException", `Permission denied: inode=${path}`)
        : json(response, { Location: `http://${dataNode.address}${path}` }),
    );
    const failure = await failureOf(() => single(server.address).writeFile("/d/f", "a"));
    assert.match(
      failure.message,
      /may not write webhdfs:.*\/d\/f: Permission denied: inode=\/d\. Set HADOOP_USER_NAME/,
    );
  });
});

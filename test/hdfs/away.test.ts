// A NameNode that is away when a file stream begins, as one that is restarted: Spark goes on, and so do we.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Seconds, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { withContext } from "../core/with-context.js";
import { batchesOf, logOf } from "../streaming/helpers/streams.js";
import { fileStatus, json, refuse, serve } from "./fake-server.js";

it("a stream of its files begins, says so once, and takes what comes later when it is back", () =>
  withContext("local[1]", async sc => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    let isAway = true;
    const files = new Map([["before.txt", now - 1000]]);
    const server = await serve(({ op, path, parameters, request, response }) => {
      if (isAway) return request.socket.destroy();
      const name = path.slice("/in/".length);
      const status = (file: string) => ({ ...fileStatus(file.length, file), modificationTime: files.get(file) });
      if (op === "LISTSTATUS_BATCH") return refuse(response, "IllegalArgumentException", op, 400);
      if (op === "LISTSTATUS") return json(response, { FileStatuses: { FileStatus: [...files.keys()].map(status) } });
      if (op === "GETFILESTATUS") return json(response, { FileStatus: { ...status(name), pathSuffix: "" } });
      if (Number(parameters.get("offset")) >= name.length) return refuse(response, "IOException", "out of the range");
      if (parameters.has("data")) return response.end(name);
      return json(response, { Location: `http://${server.address}/webhdfs/v1${path}?op=OPEN&data=1` });
    });
    const clock = new ManualClock(now);
    const ssc = new StreamingContext(sc, Seconds(1), { clock });
    let batches = new Map<number, string[]>();
    const lines = await logOf(async () => {
      batches = batchesOf(ssc.textFileStream(`webhdfs://${server.address}/in`));
      await ssc.start();
      await clock.advance(2000);
    });
    assert.deepEqual([...batches.values()], [[], []]);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^WARN FileInputDStream: No directory to scan: webhdfs:.*\/in/);
    isAway = false;
    files.set("later.txt", now + 2500);
    await clock.advance(1000);
    await ssc.stop(false);
    assert.deepEqual(batches.get(now + 3000), ["later.txt"]);
  }));

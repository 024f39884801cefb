// What the errors of Amazon's SDK, and of Node below it, are told as.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { failureOf } from "../../src/connectors/kinesis/client/failure.js";
import { KinesisClient } from "../../src/connectors/kinesis/client/kinesis-client.js";
import { patiently } from "../../src/connectors/kinesis/client/patience.js";
import { readSettings } from "../../src/connectors/kinesis/settings.js";
import { CREDENTIALS, useKinesis } from "./local-kinesis.js";

const kinesis = useKinesis();
const settingsOf = (endpointUrl: string) =>
  readSettings({ streamName: "words", endpointUrl, regionName: "us-east-1", credentials: CREDENTIALS });

describe("an error of the SDK", () => {
  it("of a client that is closed meanwhile says so, and nothing is asked again", async () => {
    const client = new KinesisClient(settingsOf(kinesis.endpoint));
    let asked = 0;
    kinesis.intercept = () => {
      asked++;
      void client.close();
      return new Promise(() => {});
    };
    const patience = { waitTime: 0, maxAttempts: 3 };
    await assert.rejects(
      patiently(() => client.listShards(), patience),
      { code: "KINESIS_CLOSED", message: /^ListShards of Kinesis stream "words" at http.* was given up/ },
    );
    kinesis.intercept = undefined;
    assert.equal(asked, 1);
  });

  it("where what answers is not Kinesis says so", async () => {
    const answers = ["HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>", "SSH-2.0-OpenSSH_9\r\n\r\n"];
    for (const answer of answers) {
      const server = createServer(socket => {
        socket.on("error", () => {});
        socket.once("data", () => socket.end(answer));
      });
      await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      const client = new KinesisClient(settingsOf(`http://127.0.0.1:${port}`));
      await assert.rejects(client.listShards(), {
        code: "KINESIS_UNREACHABLE",
        message: /what answers there is not Kinesis/,
      });
      await client.close();
      await new Promise(resolve => server.close(resolve));
    }
  });

  it("that is no matter of a request stays what it is", () => {
    const settings = settingsOf(kinesis.endpoint);
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    for (const error of [new TypeError("x is not a function"), missing]) {
      assert.equal(failureOf(error, "GetRecords", undefined, settings), error);
    }
  });
});

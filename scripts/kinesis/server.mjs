// What stands for Kinesis on this machine: kinesalite, which keeps streams in memory, behind a front of ours. The front keeps
// from it requests that are given up half way, which end it, and the question for a place at a time after the newest record,
// which it never answers. And it can be told to fail as Kinesis does.
import http from "node:http";
import { createRequire } from "node:module";
import { HOST } from "../java/servers.mjs";

const kinesalite = createRequire(import.meta.url)("kinesalite");

const listen = (server, port) =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => resolve(server.address().port));
  });

/** Passes a request on that is there as a whole. */
function pass(port, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: HOST, port, method: "POST", headers }, answer => {
      const pieces = [];
      answer.on("data", piece => pieces.push(piece));
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }),
      );
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** An answer that is an error, as Kinesis writes it. */
function failure({ type, message = "", status = 400 }) {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status, headers, body: Buffer.from(JSON.stringify({ __type: type, message })) };
}

/**
 * Starts it.
 *
 * @param options.port        where it listens; by default a free port
 * @param options.intercept   is asked before each request, with the operation and what is asked: an error
 *                            `{ type, message?, status? }` in place of an answer, "hang up", or `undefined`
 */
export async function startKinesis({ port = 0, intercept = () => undefined } = {}) {
  const behind = kinesalite({ createStreamMs: 5, deleteStreamMs: 5, updateStreamMs: 5, shardLimit: 1000 });
  const inner = await listen(behind, 0);
  const ask = async (operation, question, headers) => {
    const body = JSON.stringify(question);
    const length = { "content-length": Buffer.byteLength(body), "x-amz-target": `Kinesis_20131202.${operation}` };
    const { body: answer } = await pass(inner, { ...headers, ...length }, body);
    return JSON.parse(answer);
  };
  /** Whether a shard has a record that came at this time, s, or later. */
  const hasSince = async ({ StreamName, ShardId, Timestamp }, headers) => {
    const place = { StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    let { ShardIterator } = await ask("GetShardIterator", place, headers);
    for (;;) {
      const { Records, NextShardIterator } = await ask("GetRecords", { ShardIterator }, headers);
      if (Records === undefined || Records.length === 0) return false;
      if (Records.some(r => r.ApproximateArrivalTimestamp >= Timestamp)) return true;
      ShardIterator = NextShardIterator;
    }
  };
  const answerTo = async (operation, body, headers) => {
    const question = JSON.parse(body.toString() || "{}");
    const instead = await intercept(operation, question);
    if (instead === "hang up") return undefined;
    if (instead !== undefined) return failure(instead);
    const isEmpty =
      operation === "GetShardIterator" &&
      question.ShardIteratorType === "AT_TIMESTAMP" &&
      question.Timestamp <= Date.now() / 1000 &&
      !(await hasSince(question, headers));
    if (!isEmpty) return pass(inner, { ...headers, "content-length": body.length }, body);
    const { Timestamp, ...place } = question;
    const latest = JSON.stringify({ ...place, ShardIteratorType: "LATEST" });
    return pass(inner, { ...headers, "content-length": Buffer.byteLength(latest) }, latest);
  };
  const front = http.createServer((request, response) => {
    const pieces = [];
    // Whoever asked may be gone.
    for (const side of [request, response]) side.on("error", () => {});
    request.on("data", piece => pieces.push(piece));
    request.on("end", async () => {
      const { host, connection, "content-length": _, ...headers } = request.headers;
      const operation = (headers["x-amz-target"] ?? "").split(".")[1] ?? "";
      try {
        const answer = await answerTo(operation, Buffer.concat(pieces), headers);
        if (answer === undefined) request.socket.destroy();
        else response.writeHead(answer.status, answer.headers).end(answer.body);
      } catch (error) {
        const { status, headers, body } = failure({ type: "InternalFailure", message: error.message, status: 500 });
        response.writeHead(status, headers).end(body);
      }
    });
  });
  const outer = await listen(front, port).catch(error => {
    behind.close();
    throw error;
  });
  return {
    endpoint: `http://${HOST}:${outer}`,
    port: outer,
    async stop() {
      front.closeAllConnections();
      await new Promise(resolve => front.close(resolve));
      behind.closeAllConnections();
      await new Promise(resolve => behind.close(resolve));
    },
  };
}

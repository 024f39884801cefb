import type { IncomingMessage } from "node:http";
import { sleep } from "../../core/clock/clock.js";
import { ask, bytesOf, reasonOf } from "./exchange.js";
import { HdfsFailure, isRemote } from "./failure.js";
import { failureOf, type WebHdfs } from "./web-hdfs.js";

/** The first pause before a read goes on, ms; it doubles. */
const PAUSE = 100;

/** What a DataNode says when the blocks it would read are not to be had from it: another one may have them. */
const ELSEWHERE = ["IOException", "BlockMissingException", "EOFException", "StandbyException", "RetriableException"];

/**
 * The bytes `[from, to)` of a file, as its DataNodes send them; fewer where the file ends before. A DataNode that cannot be
 * reached, dies or falls silent is left out and the read goes on at the byte that it had come to. Given up after
 * `readFailures` failures without a byte in between.
 */
export async function* readFile(hdfs: WebHdfs, path: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  const { options } = hdfs;
  let position = from;
  let failures = 0;
  /** Of a DataNode, the last. */
  let reason: unknown;
  let dead: string[] = [];
  while (position < to) {
    let host: string | undefined;
    const failed = async (error: unknown): Promise<void> => {
      const failure = passing(error, host, position);
      if (failure === undefined) throw error;
      if (host !== undefined) reason = failure;
      // That the NameNode has no other DataNode is not why this one failed.
      if (++failures > options.readFailures) throw reason ?? failure;
      // Where nobody is left, those that failed may have come back.
      dead = host === undefined ? [] : [...new Set([...dead, new URL(`http://${host}`).hostname])];
      await sleep(PAUSE * 2 ** (failures - 1));
    };

    let answer: IncomingMessage;
    try {
      const length = to === Number.POSITIVE_INFINITY ? undefined : to - position;
      const { url, by } = await hdfs.open(path, position, length, dead);
      host = url.host;
      answer = await ask(url, "GET", options, false);
      if (answer.statusCode !== 200) {
        throw new HdfsFailure(await failureOf(answer, { address: host, from: `NameNode ${by} named it` }, options));
      }
    } catch (error) {
      if (await isPastEnd(hdfs, path, position, error)) return;
      await failed(error);
      continue;
    }

    // Until then the answer is whole; without a length nobody knows.
    const told = answer.headers["content-length"];
    const until = told === undefined ? undefined : position + Number(told);
    const pieces = bytesOf(answer, options);
    try {
      for (;;) {
        let next: IteratorResult<Buffer>;
        try {
          next = await pieces.next();
          if (next.done && (until === undefined ? await isCut(hdfs, path, position, to) : position < until)) {
            throw new Error("the connection was closed before all bytes were there");
          }
        } catch (error) {
          await failed(error);
          break;
        }
        if (next.done) return;
        // A server that knows no length sends all that follows.
        const piece = next.value.subarray(0, to - position);
        position += piece.length;
        failures = 0;
        reason = undefined;
        yield piece;
        if (position >= to) return;
      }
    } finally {
      // Ends the connection of a reader that has enough.
      await pieces.return(undefined);
    }
  }
}

/** Whether a request failed because it began where the file ends, or behind that. */
async function isPastEnd(hdfs: WebHdfs, path: string, position: number, error: unknown): Promise<boolean> {
  if (position === 0 || !isRemote(error, "IOException", "EOFException")) return false;
  const status = await hdfs.status(path);
  return status !== undefined && position >= status.length;
}

/** Whether bytes are missing before `to` and the end of the file. */
async function isCut(hdfs: WebHdfs, path: string, position: number, to: number): Promise<boolean> {
  if (position >= to) return false;
  const status = await hdfs.status(path);
  return status !== undefined && position < status.length;
}

/** The failure that another DataNode may not have; `undefined` for one that would be the same there. */
function passing(error: unknown, host: string | undefined, position: number): unknown {
  const failure = error instanceof HdfsFailure ? error.failure : undefined;
  if (failure !== undefined && (failure.kind !== "remote" || !ELSEWHERE.includes(failure.exception))) return undefined;
  // The NameNode knows of no DataNode: in a moment it may.
  if (host === undefined) return error;
  const why = failure === undefined ? reasonOf(error) : `${failure.exception}: ${failure.message}`;
  return new HdfsFailure({ kind: "dataNode", address: host, position, why });
}

import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterElapsed, type Timer } from "../../core/clock/clock.js";

/** A connection that could not be made: nothing was asked, so somebody else may be. */
export class NotConnected extends Error {}

/** Connections to NameNodes, for what may be asked twice. An idle one keeps nobody alive. */
const kept = new Agent({ keepAlive: true });
/** One connection a request. Neither agent knows of proxies. */
const fresh = new Agent();

/** The longest answer that is read whole as a text of an error, bytes. */
const ERROR_BYTES = 64 * 1024;

export interface Limits {
  /** ms */
  readonly connectTimeout: number;
  /** ms */
  readonly readTimeout: number;
}

/** A request that has been begun, and its answer. */
export interface Exchange {
  readonly request: ClientRequest;
  /** Settles whether or not anybody looks. */
  readonly answer: Promise<IncomingMessage>;
}

/** Begins a request; its body is the caller's to write and to end. Connecting takes `connectTimeout` at most. */
export function begin(url: URL, method: string, limits: Limits, keep = false): Exchange {
  const begun = request(url, { method, agent: keep ? kept : fresh, headers: { accept: "*/*" } });
  let connected = false;
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    begun.on("response", resolve);
    begun.on("error", (error: NodeJS.ErrnoException) => reject(connected ? error : new NotConnected(reasonOf(error))));
    begun.on("close", () => reject(new Error("the connection was closed before the answer was there")));
  });
  answer.catch(() => {});
  begun.on("socket", socket => {
    const ready = () => {
      connected = true;
      timer.cancel();
    };
    const late = () => begun.destroy(new Error(`no connection within ${limits.connectTimeout} ms`));
    const timer: Timer = afterElapsed(limits.connectTimeout, late);
    begun.once("close", () => timer.cancel());
    if (socket.connecting) socket.once("connect", ready);
    else ready();
  });
  return { request: begun, answer };
}

/**
 * Asks without a body and gives the answer when its head has come. What may be asked twice goes over kept connections; one
 * that the server had given up in the meantime is replaced.
 */
export async function ask(url: URL, method: string, limits: Limits, keep = method === "GET"): Promise<IncomingMessage> {
  for (;;) {
    const { request, answer } = begin(url, method, limits, keep);
    request.end();
    try {
      return await within(answer, limits.connectTimeout + limits.readTimeout, () => request.destroy());
    } catch (error) {
      if (!(keep && request.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET")) throw error;
    }
  }
}

/** The whole text of an answer. */
export async function textOf(
  answer: IncomingMessage,
  limits: Limits,
  most = Number.POSITIVE_INFINITY,
): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of bytesOf(answer, limits)) {
    pieces.push(piece);
    if ((bytes += piece.length) > most) break;
  }
  return Buffer.concat(pieces).toString("utf8");
}

/** The text of an answer that is an error. */
export const errorTextOf = (answer: IncomingMessage, limits: Limits) => textOf(answer, limits, ERROR_BYTES);

/** The bytes of an answer; whoever stops early ends the connection. Silence of `readTimeout` while they are waited for is a failure. */
export async function* bytesOf(answer: IncomingMessage, limits: Limits): AsyncGenerator<Buffer> {
  const pieces = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await within(pieces.next(), limits.readTimeout, () => answer.destroy());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    answer.destroy();
  }
}

/** What `promise` gives, if it does in time; otherwise `late` is called and the promise left alone. */
export function within<T>(promise: Promise<T>, ms: number, late: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = afterElapsed(ms, () => {
      reject(new Error(`no answer within ${ms} ms`));
      late();
    });
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** What the system's code of a failed connection means to a person. */
export function reasonOf(error: unknown): string {
  const { code, message, hostname } = error as NodeJS.ErrnoException & { readonly hostname?: string };
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ECONNRESET":
    case "EPIPE":
      return "the connection was closed before the answer was there";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host ${hostname} (a nameservice is defined in hdfs-site.xml by dfs.nameservices)`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "there is no way to that host";
    case "ETIMEDOUT":
      return "no answer";
    default:
      return message || String(code ?? error);
  }
}

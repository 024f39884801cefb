import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import type { Duplex } from "node:stream";
import { getLogger } from "../../core/log/logger.js";
import { E } from "../errors.js";
import { type Answer, notFound, text } from "./answer.js";
import { LONGEST_BODY } from "./changes.js";
import { HostCheck } from "./host-check.js";
import { LivePages, MAX_CLIENTS } from "./live-pages.js";
import { parse } from "./router.js";
import type { Site } from "./site.js";

const log = getLogger("SparkUI");

/** How the status port is set up. */
export interface StatusServerOptions {
  /** `spark.ui.host` */
  readonly host: string;
  /** `spark.ui.port`; 0 takes any free one */
  readonly port: number;
  /** `spark.port.maxRetries` */
  readonly maxRetries: number;
  /** `spark.ui.allowedHosts` */
  readonly allowedHosts: string;
  /** Whether the process goes on as long as it serves. */
  readonly keepsAlive?: boolean;
}

/** What every answer says to a browser: nothing from elsewhere, no frames, nothing kept. */
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Not "no-referrer": the origin of a form would be "null" then, and nobody could tell whether it is one of ours.
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
} as const;

/** The server behind the status port. It never keeps the process alive. */
export class StatusServer {
  readonly #server: Server;
  readonly #live: LivePages;

  private constructor(
    server: Server,
    live: LivePages,
    /** Where a browser finds it: `http://localhost:4040`. */
    readonly url: string,
  ) {
    this.#server = server;
    this.#live = live;
  }

  /** Binds the port, or one of the next where it is taken, with a WARN line for each. */
  static async start(site: Site, options: StatusServerOptions): Promise<StatusServer> {
    const hosts = new HostCheck(options.host, options.allowedHosts);
    const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 });
    server.maxConnections = 1100;
    server.maxRequestsPerSocket = 10_000;
    const live = new LivePages(target => site.content?.(target));
    server.on("request", (request, response) => respond({ site, hosts, live }, request, response));
    if (!options.keepsAlive) server.on("connection", socket => socket.unref());
    server.on("clientError", refuse);
    await bind(server, options);
    if (!options.keepsAlive) server.unref();
    const { port } = server.address() as AddressInfo;
    return new StatusServer(server, live, `http://${shownHost(options.host)}:${port}`);
  }

  /** Says that pages may have changed: who looks at them is sent the news soon. */
  changed(): void {
    this.#live.changed();
  }

  /** Ends it, and every connection with it. */
  stop(): Promise<void> {
    this.#live.stop();
    return new Promise(resolve => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** By the code of Node's error: what is said of a request that cannot be read. */
const UNREADABLE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Ends a connection on which comes what is no request, or not all of one. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const status = UNREADABLE[error.code ?? ""] ?? "400 Bad Request";
  const body = `${status.slice(4).toLowerCase()}\n`;
  const head = `Content-Type: text/plain;charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close`;
  // Who never ends its side comes here again when Node's patience is over, and goes.
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}

/** What requests are answered from. */
interface Served {
  readonly site: Site;
  readonly hosts: HostCheck;
  readonly live: LivePages;
}

function respond(served: Served, request: IncomingMessage, response: ServerResponse): void {
  const { site } = served;
  const target = request.url ?? "/";
  if (request.method === "POST" && served.hosts.allows(request.headers.host) && site.changes?.(target)) {
    readBody(request, body => answerLater(() => site.change!(target, request.headers, body), request, response));
    return;
  }
  // A body nobody wants to read must not stay in the socket's memory.
  request.resume();
  answerLater(() => answerTo(served, request, target), request, response, served.live);
}

/** Sends what `answer` gives, now or later; an error of it is logged, and told without what it says. */
function answerLater(
  answer: () => Answer | Watch | Promise<Answer>,
  request: IncomingMessage,
  response: ServerResponse,
  live?: LivePages,
): void {
  const failed = (error: unknown) => {
    log.error("A request to the status port failed", error);
    send(text(500, "internal error: the log of the application says more"), request, response);
  };
  try {
    const given = answer();
    if (given instanceof Watch) pushEvents(live!, given.page, request, response);
    else if (given instanceof Promise) given.then(a => send(a, request, response)).catch(failed);
    else send(given, request, response);
  } catch (error) {
    failed(error);
  }
}

/** Calls `then` with the body of a request, empty when it is too long or is given up. */
function readBody(request: IncomingMessage, then: (body: string) => void): void {
  const pieces: Buffer[] = [];
  let length = 0;
  request.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length <= LONGEST_BODY) pieces.push(piece);
    else pieces.length = 0;
  });
  request.once("end", () => then(Buffer.concat(pieces).toString()));
  request.on("error", () => {});
}

function send(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    ...HEADERS,
    ...answer.headers,
    "Content-Type": answer.type,
    "Content-Length": body.length,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function answerTo(
  { site, hosts, live }: Served,
  request: IncomingMessage,
  target: string,
): Answer | Watch | Promise<Answer> {
  if (!hosts.allows(request.headers.host)) {
    return text(403, `forbidden: this is not a name of this machine that spark.ui.allowedHosts lists`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return text(405, `method not allowed: ${request.method}`, { Allow: "GET, HEAD" });
  }
  if (site.changes?.(target))
    return text(405, "method not allowed: what changes something takes a POST", { Allow: "POST" });
  const asked = watchedPage(target);
  if (asked === undefined || site.content === undefined) return site.route(target);
  if (request.headers["sec-fetch-site"] === "cross-site") return text(403, "forbidden: a page of another site asks");
  const page = site.page?.(asked);
  if (page === undefined || page.length > LONGEST_TARGET || site.content(page) === undefined) {
    return notFound("not found: no such page");
  }
  if (live.clients >= MAX_CLIENTS) return text(503, `too many readers of /events: there may be ${MAX_CLIENTS}`);
  return new Watch(page);
}

/** In the place of an answer: that a page is watched from now on. */
class Watch {
  constructor(readonly page: string) {}
}

/** Characters of a page's path and query. */
const LONGEST_TARGET = 500;

/** The page whose changes a request wants to hear of (`/events?page=/jobs/`); `undefined`: it is another request. */
function watchedPage(target: string): string | undefined {
  const parsed = parse(target);
  return parsed?.path.join("/") === "events" ? (parsed.query.get("page") ?? "/") : undefined;
}

function pushEvents(live: LivePages, page: string, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream" });
  if (request.method === "HEAD" || !live.add(page, response)) response.end();
  else response.flushHeaders();
}

async function bind(server: Server, { host, port, maxRetries }: StatusServerOptions): Promise<void> {
  for (let i = 0; ; i++) {
    // Past the last port there is, it goes on with the first that needs no privilege, as Spark's does.
    const candidate = port === 0 ? 0 : ((port + i - 1024) % (65536 - 1024)) + 1024;
    const error = await listen(server, host, candidate);
    if (error === undefined) return;
    if (error.code !== "EADDRINUSE") throw E.CANNOT_LISTEN.because(error, host, candidate, error.message);
    if (i >= maxRetries) throw E.NO_FREE_PORT.because(error, port, candidate, host);
    const next = candidate === 65535 ? 1024 : candidate + 1;
    log.warn(`Service 'SparkUI' could not bind on port ${candidate}. Attempting port ${next}.`);
  }
}

function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off("listening", bound);
      resolve(error);
    };
    const bound = () => {
      server.off("error", failed);
      resolve(undefined);
    };
    server.once("error", failed);
    server.once("listening", bound);
    server.listen(port, host);
  });
}

/** The name of the address in a URL: one that leads there, and that the host check lets through. */
function shownHost(host: string): string {
  // Other addresses of loopback are not what "localhost" leads to.
  if (host === "127.0.0.1" || host === "localhost") return "localhost";
  const everywhere = host === "0.0.0.0" || host === "::";
  const address = everywhere
    ? Object.values(networkInterfaces())
        .flat()
        .find(a => a !== undefined && !a.internal && a.family === "IPv4")?.address
    : host;
  if (address === undefined) return "localhost";
  return address.includes(":") ? `[${address}]` : address;
}

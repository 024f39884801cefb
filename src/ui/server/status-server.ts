import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { getLogger } from "../../core/log/logger.js";
import { E } from "../errors.js";
import type { Application } from "../status/application.js";
import { type Answer, text } from "./answer.js";
import { HostCheck, isLoopback } from "./host-check.js";
import { route } from "./router.js";

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
}

/** What every answer says to a browser: nothing from elsewhere, no frames, nothing kept. */
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

/** The server behind the status port. It never keeps the process alive. */
export class StatusServer {
  readonly #server: Server;

  private constructor(
    server: Server,
    /** Where a browser finds it: `http://localhost:4040`. */
    readonly url: string,
  ) {
    this.#server = server;
  }

  /** Binds the port, or one of the next where it is taken, with a WARN line for each. */
  static async start(app: Application, options: StatusServerOptions): Promise<StatusServer> {
    const hosts = new HostCheck(options.host, options.allowedHosts);
    const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 });
    server.maxConnections = 1100;
    server.maxRequestsPerSocket = 10_000;
    server.on("request", (request, response) => respond(app, hosts, request, response));
    server.on("connection", socket => socket.unref());
    server.on("clientError", (_error, socket) => {
      if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    await bind(server, options);
    server.unref();
    const { port } = server.address() as AddressInfo;
    return new StatusServer(server, `http://${shownHost(options.host)}:${port}`);
  }

  /** Ends it, and every connection with it. */
  stop(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function respond(app: Application, hosts: HostCheck, request: IncomingMessage, response: ServerResponse): void {
  const answer = answerTo(app, hosts, request);
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    ...HEADERS,
    ...answer.headers,
    "Content-Type": answer.type,
    "Content-Length": body.length,
  });
  response.end(request.method === "HEAD" ? undefined : body);
  // A body nobody wants to read must not stay in the socket's memory.
  request.resume();
}

function answerTo(app: Application, hosts: HostCheck, request: IncomingMessage): Answer {
  if (!hosts.allows(request.headers.host)) {
    return text(403, `forbidden: this is not a name of this machine that spark.ui.allowedHosts lists`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return text(405, `method not allowed: ${request.method}`, { Allow: "GET, HEAD" });
  }
  try {
    return route(app, request.url ?? "/");
  } catch (error) {
    log.error("A request to the status port failed", error);
    return text(500, "internal error: the log of the application says more");
  }
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

/** The name of the address in a URL: one that the host check lets through. */
function shownHost(host: string): string {
  if (isLoopback(host)) return "localhost";
  const everywhere = host === "0.0.0.0" || host === "::";
  const address = everywhere
    ? Object.values(networkInterfaces())
        .flat()
        .find(a => a !== undefined && !a.internal && a.family === "IPv4")?.address
    : host;
  if (address === undefined) return "localhost";
  return address.includes(":") ? `[${address}]` : address;
}

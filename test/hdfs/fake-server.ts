import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { FileSystem } from "tspark/hdfs";

/** A request, as a server that plays HDFS sees it. */
export interface Asked {
  readonly method: string;
  /** Within HDFS. */
  readonly path: string;
  readonly op: string;
  readonly parameters: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A server on loopback that does what a real NameNode or DataNode does not do on demand. */
export interface FakeServer {
  readonly address: string;
  /** `METHOD op` of each request. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Starts one; it is gone after the tests of the file. */
export async function serve(answer: (asked: Asked) => unknown): Promise<FakeServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url!, "http://server");
    const op = url.searchParams.get("op") ?? "";
    const path = decodeURIComponent(url.pathname.replace("/webhdfs/v1", ""));
    asked.push(`${request.method} ${op}`);
    void answer({ method: request.method!, path, op, parameters: url.searchParams, request, response });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  after(close);
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Answers with an exception of Hadoop's. */
export function refuse(response: ServerResponse, exception: string, message: string, status = 403): void {
  json(response, { RemoteException: { exception, javaClassName: `org.apache.hadoop.${exception}`, message } }, status);
}

export const standby = ({ response }: Asked) =>
  refuse(response, "StandbyException", "Operation category READ is not supported in state standby");

/** The status of a file. */
export const fileStatus = (length: number, pathSuffix = "") => ({
  pathSuffix,
  type: "FILE",
  length,
  modificationTime: 1_000,
  blockSize: 1024,
  owner: "o",
  group: "g",
  permission: "644",
  replication: 1,
});

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = await serve(() => {});
  await server.close();
  return server.address;
}

/** Patience for tests: pauses are short, and nothing is waited for long. */
export const BRIEF = {
  "dfs.http.client.failover.max.attempts": "4",
  "dfs.http.client.failover.sleep.base.millis": "1",
  "dfs.webhdfs.socket.read-timeout": "30s",
  "dfs.webhdfs.socket.connect-timeout": "30s",
};

/** The files of a nameservice of these NameNodes. */
export function nameservice(addresses: readonly string[], settings: Readonly<Record<string, string>> = {}): FileSystem {
  const ids = addresses.map((_, i) => `nn${i}`);
  const nodes = addresses.map((address, i) => [`dfs.namenode.http-address.test.nn${i}`, address]);
  return FileSystem.get("hdfs://test", {
    ...BRIEF,
    "dfs.nameservices": "test",
    "dfs.ha.namenodes.test": ids.join(","),
    ...Object.fromEntries(nodes),
    ...settings,
  });
}

/** The files of one NameNode. */
export const single = (address: string, settings: Readonly<Record<string, string>> = {}) =>
  FileSystem.get(`webhdfs://${address}`, { ...BRIEF, ...settings });

import { E } from "./errors.js";
import type { HadoopConf } from "./hadoop-conf.js";

export type HdfsScheme = "hdfs" | "webhdfs";

/** Where a NameNode answers WebHDFS. Plain data: it goes to the thread that asks. */
export interface NameNode {
  /** `host:port` */
  readonly address: string;
  /** Where that came from, for messages. */
  readonly from: string;
  /** Whether nobody has named the port. */
  readonly guessed: boolean;
}

/** A file system: what its paths begin with, and who answers for it. */
export interface NameNodes {
  /** `hdfs://nn:8020` */
  readonly root: string;
  /** Of a nameservice several, of which one is active. */
  readonly nameNodes: readonly NameNode[];
}

/** Hadoop's usual ports: of `hdfs://host/x`, and of the pages and WebHDFS of a NameNode. */
const RPC_PORT = 8020;
const HTTP_PORT = 9870;

const HTTP_KEY = "dfs.namenode.http-address";
const RPC_KEY = "dfs.namenode.rpc-address";

/**
 * Who answers for the paths of an authority:
 *
 * ```
 * hdfs:/x              the authority of fs.defaultFS
 * webhdfs://host:port  that address; the port is 9870 where there is none
 * hdfs://nameservice   dfs.namenode.http-address.NAMESERVICE.ID for each ID of dfs.ha.namenodes.NAMESERVICE
 * hdfs://host:port     dfs.namenode.http-address, if the configuration is of that NameNode; else host:9870
 * ```
 *
 * @param text the whole path, for messages
 */
export function findNameNodes(
  conf: HadoopConf,
  scheme: HdfsScheme,
  authority: string | undefined,
  text: string,
): NameNodes {
  if (authority === undefined) {
    const key = conf.get("fs.defaultFS") === undefined ? "fs.default.name" : "fs.defaultFS";
    const standard = conf.get(key);
    const m = /^(hdfs|webhdfs):\/\/([^/]+)\/?$/i.exec(standard ?? "");
    if (m === null) {
      const why = standard === undefined ? conf.absence("core-site.xml") : `${conf.origin(key)} is ${standard}`;
      throw E.HDFS_NO_DEFAULT_FS(text, why);
    }
    const from = conf.origin(key);
    return nameNodesOf(conf, m[1]!.toLowerCase() as HdfsScheme, m[2]!, { short: from, full: from });
  }
  return nameNodesOf(conf, scheme, authority, { short: "the path", full: `the path ${text}` });
}

/** Where an authority stands, for messages. */
interface Origin {
  readonly short: string;
  /** For messages that do not begin with the path. */
  readonly full: string;
}

function nameNodesOf(conf: HadoopConf, scheme: HdfsScheme, authority: string, from: Origin): NameNodes {
  const root = `${scheme}://${authority}`;
  const services = [...conf.list("dfs.nameservices"), ...conf.list("dfs.internal.nameservices")];
  if (services.includes(authority) || conf.get(`dfs.ha.namenodes.${authority}`) !== undefined) {
    return { root, nameNodes: ofNameservice(conf, authority) };
  }
  const { host, port } = parseAddress(authority, from.full);
  if (scheme === "webhdfs" && port !== undefined) {
    return { root, nameNodes: [{ address: `${host}:${port}`, from: from.short, guessed: false }] };
  }
  const usual = {
    address: `${host}:${HTTP_PORT}`,
    from: `the host of ${from.short} and the usual port`,
    guessed: true,
  };
  const configured = scheme === "hdfs" ? configuredFor(conf, host, port ?? RPC_PORT) : undefined;
  return { root, nameNodes: [configured ?? usual] };
}

function ofNameservice(conf: HadoopConf, service: string): NameNode[] {
  const ids = conf.list(`dfs.ha.namenodes.${service}`);
  const suffixes = ids.length === 0 ? [service] : ids.map(id => `${service}.${id}`);
  return suffixes.map(suffix => {
    const found = httpAddress(conf, `${HTTP_KEY}.${suffix}`, `${RPC_KEY}.${suffix}`);
    if (found === undefined) throw E.HDFS_NO_ADDRESS(service, `${HTTP_KEY}.${suffix}`);
    return found;
  });
}

/** The NameNode whose RPC address that is; `undefined` where the configuration has none. */
function configuredFor(conf: HadoopConf, host: string, port: number): NameNode | undefined {
  const isIt = (address: string | undefined): boolean => {
    if (address === undefined) return false;
    const other = parseAddress(address, RPC_KEY);
    return other.host.toLowerCase() === host.toLowerCase() && (other.port ?? RPC_PORT) === port;
  };
  // A NameNode of a nameservice, named by itself.
  for (const key of conf.keysFrom(`${RPC_KEY}.`)) {
    const found = isIt(conf.get(key)) ? httpAddress(conf, key.replace(RPC_KEY, HTTP_KEY), key) : undefined;
    if (found !== undefined) return found;
  }
  const standard = /^hdfs:\/\/([^/]+)/i.exec(conf.get("fs.defaultFS") ?? conf.get("fs.default.name") ?? "")?.[1];
  const names = [conf.get(RPC_KEY), standard].filter(name => name !== undefined);
  return names.length === 0 || names.some(isIt) ? httpAddress(conf, HTTP_KEY, undefined, host) : undefined;
}

/** The address of a key; without it the usual port of the RPC address's host. */
function httpAddress(
  conf: HadoopConf,
  key: string,
  rpcKey: string | undefined,
  hostOfPath?: string,
): NameNode | undefined {
  const rpc = rpcKey === undefined ? undefined : conf.get(rpcKey);
  const rpcHost = rpc === undefined ? hostOfPath : parseAddress(rpc, conf.origin(rpcKey!)).host;
  const text = conf.get(key);
  if (text !== undefined) {
    const { host, port } = parseAddress(text, conf.origin(key));
    // A server that listens everywhere is reached where it is.
    const reached = host === "0.0.0.0" || host === "[::]" ? (rpcHost ?? host) : host;
    return { address: `${reached}:${port ?? HTTP_PORT}`, from: conf.origin(key), guessed: port === undefined };
  }
  if (rpc === undefined) return undefined;
  const from = `the host of ${conf.origin(rpcKey!)} and the usual port`;
  return { address: `${rpcHost}:${HTTP_PORT}`, from, guessed: true };
}

function parseAddress(text: string, from: string): { readonly host: string; readonly port: number | undefined } {
  const m = /^(\[[\da-fA-F:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const port = m?.[2] === undefined ? undefined : Number(m[2]);
  if (m === null || (port !== undefined && (port < 1 || port > 65535))) throw E.HDFS_BAD_ADDRESS(text, from);
  return { host: m[1]!, port };
}

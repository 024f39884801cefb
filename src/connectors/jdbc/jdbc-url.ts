import { E } from "./errors.js";

/** A JDBC url taken apart. */
export interface JdbcUrl {
  /** `postgresql` */
  readonly subprotocol: string;
  /** Those to be tried, in order. */
  readonly hosts: readonly { readonly host: string; readonly port: number | undefined }[];
  readonly database: string | undefined;
  /** What stands behind the `?`, decoded. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** The url without its parameters, among which may be a password. */
  readonly shown: string;
}

/**
 * Takes `jdbc:SUBPROTOCOL://HOST:PORT,HOST:PORT/DATABASE?NAME=VALUE&…` apart; `jdbc:SUBPROTOCOL:DATABASE` is of this machine.
 *
 * @throws IllegalArgumentError when it does not have that form
 */
export function parseJdbcUrl(url: unknown): JdbcUrl {
  if (typeof url !== "string") throw E.JDBC_BAD_URL(typeof url, "it takes a text");
  const [address, query] = cut(url, "?");
  const shown = withoutSecrets(address);
  const form = /^jdbc:([a-z][\w+.-]*):(.*)$/i.exec(address);
  if (form === null) throw E.JDBC_BAD_URL(JSON.stringify(shown), 'it must begin with "jdbc:" and the database\'s kind');
  const subprotocol = form[1]!.toLowerCase();
  const rest = form[2]!;
  const fail = (rule: string) => E.JDBC_BAD_URL(JSON.stringify(shown), rule);
  if (!rest.startsWith("//")) {
    const database = decode(rest.replace(/^\//, ""), fail);
    return { ...whole(subprotocol, query, fail), hosts: [LOCAL], database: database || undefined, shown };
  }
  const [authority, path] = cut(rest.slice(2), "/");
  if (authority.includes("@")) throw fail("user and password do not stand before the host");
  const hosts = authority === "" ? [LOCAL] : authority.split(",").map(text => hostOf(text, fail));
  return { ...whole(subprotocol, query, fail), hosts, database: decode(path ?? "", fail) || undefined, shown };
}

const LOCAL = { host: "localhost", port: undefined };

type Fail = (rule: string) => Error;

function whole(subprotocol: string, query: string | undefined, fail: Fail) {
  const pairs = (query ?? "").split("&").filter(pair => pair !== "");
  const parameters = pairs.map((pair): [string, string] => {
    const [name, value] = cut(pair, "=");
    return [decode(name, fail), decode(value ?? "", fail)];
  });
  return { subprotocol, parameters };
}

function hostOf(text: string, fail: Fail): { host: string; port: number | undefined } {
  const form = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*))(?::(\d+))?$/.exec(text);
  const port = form?.[3] === undefined ? undefined : Number(form[3]);
  if (form === null || (port !== undefined && (port < 1 || port > 65_535))) {
    throw fail(`${JSON.stringify(text)} is no HOST:PORT, with a port from 1 to 65535`);
  }
  return { host: form[1] ?? (form[2] || "localhost"), port };
}

function decode(text: string, fail: Fail): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fail("a % is not followed by two hexadecimal digits; a % itself is written %25");
  }
}

function cut(text: string, at: string): [string, string | undefined] {
  const i = text.indexOf(at);
  return i < 0 ? [text, undefined] : [text.slice(0, i), text.slice(i + 1)];
}

/** Without what may be a user and a password: all that stands before an `@`. */
function withoutSecrets(address: string): string {
  return address.replace(/^((?:jdbc:)?[a-z][\w+.-]*:(?:\/\/)?)?.*@/is, "$1");
}

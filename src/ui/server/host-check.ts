import { isIP } from "node:net";

/**
 * Decides by its `Host` header whether a request may be answered, so that a page of another site cannot read the status
 * through a name that it lets point to this machine (DNS rebinding). Fine are: the names and addresses of loopback, the
 * address that is listened on, what `spark.ui.allowedHosts` lists and, where other machines may ask, any address written as
 * numbers, which cannot be made to point elsewhere.
 */
export class HostCheck {
  readonly #names: ReadonlySet<string>;
  readonly #anyAddress: boolean;

  /**
   * @param bound the address that is listened on
   * @param allowed names with commas between them
   */
  constructor(bound: string, allowed: string) {
    const listed = allowed.split(",").map(name => canonical(name.trim()));
    this.#names = new Set(["localhost", canonical(bound), ...listed.filter(name => name !== "")]);
    this.#anyAddress = !isLoopback(canonical(bound));
  }

  /** @param header of the request: `localhost:4040`, `[::1]:4040` */
  allows(header: string | undefined): boolean {
    if (header === undefined) return false;
    const m = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::[0-9]{1,5})?$/.exec(header);
    if (m === null) return false;
    const name = canonical(m[1]!);
    return this.#names.has(name) || isLoopback(name) || (this.#anyAddress && isIP(name) !== 0);
  }
}

/** Lower case, without the brackets of an IPv6 address and the final dot of a full name. */
function canonical(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** Whether a name is one that only this machine answers to. */
export function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

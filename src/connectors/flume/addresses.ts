import { E } from "../../core/errors/engine-errors.js";

/** Says no to a host or a port that is none. */
export function beAddress(operation: string, host: unknown, port: unknown, example: string): void {
  if (typeof host !== "string" || host === "") throw E.BAD_ARGUMENT(operation, "hostname", host, example);
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw E.BAD_ARGUMENT(operation, "port", port, "a whole number from 1 to 65535");
  }
}

import { readFileSync } from "node:fs";
import { E } from "./errors.js";

/** Typed access to settings that may be numbers, booleans or text. */
export class ParamReader {
  constructor(readonly params: { readonly [name: string]: unknown }) {
    if (typeof params !== "object" || params === null)
      throw E.KAFKA_BAD_ARGUMENT(
        "kafkaParams",
        params,
        'it takes an object, e.g. { "bootstrap.servers": "127.0.0.1:9092" }',
      );
  }

  text(name: string): string | undefined {
    const value = this.params[name];
    return value === undefined || value === null ? undefined : String(value);
  }

  int(name: string, otherwise: number, least: number): number {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < least || value.trim() === "") {
      throw E.KAFKA_BAD_PARAM(name, this.params[name], `it takes a whole number of at least ${least}`);
    }
    return number;
  }

  bool(name: string, otherwise: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (value !== "true" && value !== "false")
      throw E.KAFKA_BAD_PARAM(name, this.params[name], "it takes true or false");
    return value === "true";
  }

  /** The first of `values` when it is not set. */
  oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): T {
    const value = this.text(name);
    if (value === undefined) return values[0];
    const found = values.find(v => v.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw E.KAFKA_BAD_PARAM(name, value, `it takes ${values.join(", ")}`);
    return found;
  }

  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw E.KAFKA_BAD_PARAM.because(error, name, path, "the file cannot be read");
    }
  }
}

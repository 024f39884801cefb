import type { ConfigEntry } from "../config-entry.js";

type Check = NonNullable<ConfigEntry["check"]>;

/** The value is at least `min`, in the unit it is read in. */
export function atLeast(min: number): Check {
  return value => (typeof value === "number" && value < min ? `must be at least ${min}` : undefined);
}

/** The value lies between `min` and `max`, both included. */
export function between(min: number, max: number): Check {
  return value =>
    typeof value === "number" && !(value >= min && value <= max) ? `must be between ${min} and ${max}` : undefined;
}

/** A port: 0 lets the system choose, otherwise 1024 to 65535, since Spark refuses the privileged ones. */
export const port: Check = value =>
  typeof value === "number" && value !== 0 && !(value >= 1024 && value <= 65535)
    ? "must be 0 (any free port) or between 1024 and 65535"
    : undefined;

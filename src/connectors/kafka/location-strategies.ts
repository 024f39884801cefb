/**
 * Where consumers are placed. With everything in one process there is one place; the argument is kept so that programs read
 * as in Spark. Spark's name: `org.apache.spark.streaming.kafka010.LocationStrategy`.
 */
export interface LocationStrategy {
  readonly name: "PreferConsistent" | "PreferBrokers" | "PreferFixed";
  /** Host by partition (`topic-partition`), for `PreferFixed`. */
  readonly hosts?: ReadonlyMap<string, string>;
}

/** Spark's name: `org.apache.spark.streaming.kafka010.LocationStrategies`. */
export const LocationStrategies = {
  /** Spread evenly: what to use. */
  PreferConsistent: { name: "PreferConsistent" } as LocationStrategy,
  /** On the host of the leader. */
  PreferBrokers: { name: "PreferBrokers" } as LocationStrategy,
  /** On the given hosts: a map of `topic-partition`, e.g. `orders-0`, to host. */
  PreferFixed(hosts: ReadonlyMap<string, string> | Readonly<Record<string, string>>): LocationStrategy {
    return { name: "PreferFixed", hosts: hosts instanceof Map ? hosts : new Map(Object.entries(hosts)) };
  },
} as const;

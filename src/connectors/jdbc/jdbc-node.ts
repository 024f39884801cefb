import type { Partition } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import { registerNode } from "../../core/plan/travel.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import type { ConnectionFactory, Row } from "./connection.js";
import { killSignal } from "./kill-signal.js";
import { PostgresConnection } from "./postgres/postgres-connection.js";
import type { ConnectionSettings } from "./properties.js";

/** What one task reads: the bounds that take the place of the query's `?`, both inclusive. Spark's name: `JdbcPartition`. */
export interface JdbcPartition extends Partition {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** What reading takes; all of it can travel, where the user's functions can. */
export interface JdbcQuery {
  readonly from: ConnectionSettings | ConnectionFactory;
  readonly sql: string;
  readonly fetchSize: number;
  readonly mapRow: ((row: never) => unknown) | undefined;
}

/** The bounds of Spark's partitions: as even as whole numbers allow, computed exactly. */
export function boundsOf(lower: bigint, upper: bigint, numPartitions: number): JdbcPartition[] {
  const n = BigInt(numPartitions);
  const length = 1n + upper - lower;
  return Array.from({ length: numPartitions }, (_, index) => {
    const i = BigInt(index);
    return { index, lower: lower + (i * length) / n, upper: lower + ((i + 1n) * length) / n - 1n };
  });
}

/** Runs a query once for each partition, and gives its rows, or what the user's function makes of them. */
export class JdbcNode<T> extends SourceNode<T> {
  readonly kind = "JdbcRDD";

  constructor(
    private readonly query: JdbcQuery,
    private readonly bounds: readonly JdbcPartition[],
  ) {
    super();
  }

  override travel() {
    return { kind: "JdbcRDD", module: import.meta.url, data: this.query, tellPartitions: true };
  }

  protected listPartitions(): readonly JdbcPartition[] {
    return this.bounds;
  }

  async *compute(split: Partition, context: TaskContext): AsyncGenerator<readonly T[]> {
    context.check();
    const { from, sql, fetchSize } = this.query;
    const { lower, upper } = split as JdbcPartition;
    const mapRow = this.query.mapRow && (context.closure(this.query.mapRow) as (row: object) => T);
    const { signal, release } = killSignal(context);
    try {
      const connection =
        typeof from === "function"
          ? await context.runAsync(() => context.run(context.closure(from)))
          : new PostgresConnection(from);
      try {
        for await (const rows of connection.query(sql, [lower, upper], { fetchSize, signal })) {
          context.check();
          context.metrics.inputRecords += rows.length;
          yield mapRow === undefined ? (rows as readonly T[]) : context.run(() => rows.map(row => mapRow(row)));
        }
      } finally {
        await connection.close();
      }
    } catch (error) {
      // What a cancelled query fails with says nothing.
      context.check();
      throw error;
    } finally {
      release();
    }
  }
}

registerNode("JdbcRDD", (query: JdbcQuery) => new JdbcNode<Row>(query, []));

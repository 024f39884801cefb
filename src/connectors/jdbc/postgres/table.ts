import { nearest } from "../../../core/util/nearest.js";
import { E } from "../errors.js";
import type { Column, ColumnKind, Target } from "../target.js";
import type { Session } from "./session.js";

/** A name in SQL, as it is. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const NAME = String.raw`(?:[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|"(?:[^"]|"")+")`;
const TABLE = new RegExp(`^\\s*${NAME}(?:\\s*\\.\\s*${NAME}){0,2}\\s*$`);

/** Whether a text names a table as it would in a statement. */
export const isTableName = (text: string): boolean => TABLE.test(text);

/** The name of another table, in the schema of this one. */
export function besideTable(table: string, name: string): string {
  return table.trim().replace(new RegExp(`${NAME}$`), name);
}

/** The columns of a table, with the type that is behind a domain, and that of an array's elements. */
const COLUMNS = `WITH RECURSIVE found AS (
  SELECT c.oid, n.nspname AS schema, c.relname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p', 'v', 'f')
), base AS (
  SELECT t.oid AS from_oid, t.oid, t.typbasetype, t.typcategory, t.typelem FROM pg_catalog.pg_type t
  WHERE t.oid IN (SELECT a.atttypid FROM pg_catalog.pg_attribute a JOIN found f ON a.attrelid = f.oid)
  UNION ALL
  SELECT b.from_oid, t.oid, t.typbasetype, t.typcategory, t.typelem
  FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype
)
SELECT f.schema, f.name AS table, a.attname AS column, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
  b.oid::int8 AS base, CASE WHEN b.typcategory = 'A' THEN b.typelem::int8 END AS element
FROM found f
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN base b ON b.from_oid = a.atttypid AND b.typbasetype = 0
ORDER BY a.attnum`;

interface ColumnRow {
  readonly schema: string;
  readonly table: string;
  readonly column: string | null;
  readonly type: string;
  readonly base: number;
  readonly element: number | null;
}

const KINDS = new Map<number, ColumnKind>([
  [17, "bytes"],
  [114, "json"],
  [3802, "json"],
  [1114, "timestamp"],
  [1082, "date"],
]);

/** A table as it is at the moment; `undefined` where there is none. */
export async function describeTable(
  session: Session,
  table: string,
): Promise<Pick<Target, "sql" | "shown" | "columns"> | undefined> {
  const { rows } = await session.run(COLUMNS, [table]);
  const found = rows as unknown as readonly ColumnRow[];
  const [first] = found;
  if (first === undefined) return undefined;
  const columns = found
    .filter(({ column }) => column !== null)
    .map(({ column, type, base, element }): Column => ({ name: column!, type, kind: kindOf(base, element) }));
  const sql = `${quoted(first.schema)}.${quoted(first.table)}`;
  return { sql, shown: first.schema === "public" ? first.table : `${first.schema}.${first.table}`, columns };
}

function kindOf(base: number, element: number | null): ColumnKind {
  return element === null ? (KINDS.get(base) ?? "plain") : { arrayOf: KINDS.get(element) ?? "plain" };
}

/**
 * The column that a name means: the one of that name, else the only one that differs in case.
 *
 * @throws InputOutputError when there is none
 */
export function columnNamed({ shown, columns }: Pick<Target, "shown" | "columns">, name: string): Column {
  const exact = columns.find(column => column.name === name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  const alike = columns.filter(column => column.name.toLowerCase() === lower);
  if (alike.length === 1) return alike[0]!;
  const names = columns.map(column => column.name);
  throw E.JDBC_NO_COLUMN(shown, name, nearest(name, names), names);
}

/** `CREATE TABLE` of these columns, of which the keys are the primary key. */
export function createStatement(
  table: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  keys: readonly string[],
  options: string,
): string {
  const parts = columns.map(({ name, type }) => `${quoted(name)} ${type}`);
  if (keys.length > 0) parts.push(`PRIMARY KEY (${keys.map(quoted).join(", ")})`);
  return `CREATE TABLE ${table} (${parts.join(", ")}) ${options}`.trim();
}

/** The type of a column that takes values like this one; `undefined` where it does not tell. */
export function typeFor(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return "double precision";
    case "bigint":
      return "bigint";
    case "boolean":
      return "boolean";
  }
  if (value instanceof Date) return "timestamp with time zone";
  if (value instanceof Uint8Array) return "bytea";
  return typeof value === "object" && value !== null ? "jsonb" : undefined;
}

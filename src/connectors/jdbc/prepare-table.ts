import { SparkError } from "../../core/errors/spark-error.js";
import { parseColumnTypes } from "./column-types.js";
import { E } from "./errors.js";
import { explain, whereOf } from "./postgres/explain.js";
import { withSession } from "./postgres/pool.js";
import type { Session } from "./postgres/session.js";
import { columnNamed, createStatement, describeTable, typeFor } from "./postgres/table.js";
import type { SaveRequest } from "./save.js";
import type { Target } from "./target.js";

/** Some elements that are to be written. */
export type Sample = () => Promise<readonly unknown[]>;

/**
 * Makes a table ready for an RDD as the mode says.
 *
 * @returns `undefined` when nothing is to be written
 */
export function prepareForRDD(request: SaveRequest, sample: Sample): Promise<Target | undefined> {
  const { connection, write } = request.settings;
  return withSession(connection, async session => {
    let found = await describeTable(session, request.table);
    if (found !== undefined) {
      if (request.mode === "errorifexists") throw E.JDBC_TABLE_EXISTS(request.table, whereOf(connection));
      if (request.mode === "ignore") return undefined;
      if (request.mode === "overwrite") {
        const cascade = write.cascade ? " CASCADE" : "";
        if (write.truncate) await run(session, request, `TRUNCATE TABLE ONLY ${found.sql}${cascade}`);
        else {
          // What the elements tell, while they may still come from that table.
          const create = await createFrom(request, sample);
          await replace(session, request, `DROP TABLE ${found.sql}`, create);
          found = (await describeTable(session, request.table))!;
        }
      }
    }
    found ??= await createAndDescribe(session, request, await createFrom(request, sample));
    return targetOf(found, request);
  });
}

/** The table of a stream, which must exist, or its columns be told. */
export function prepareForStream(request: SaveRequest, sample: Sample): Promise<Target> {
  const { connection, write } = request.settings;
  return withSession(connection, async session => {
    const found = await describeTable(session, request.table);
    if (found !== undefined) return targetOf(found, request);
    if (write.createTableColumnTypes === undefined) {
      const create = await createFrom(request, sample).catch((error: unknown) => {
        // Elements that do not tell their types; what the functions of the stream fail with is the batch's failure.
        if (error instanceof SparkError && error.code === "JDBC_NO_COLUMN_TYPES") return undefined;
        throw error;
      });
      throw E.JDBC_NO_TABLE(request.table, whereOf(connection), create);
    }
    return targetOf(await createAndDescribe(session, request, await createFrom(request, sample)), request);
  });
}

function targetOf(found: Pick<Target, "sql" | "shown" | "columns">, { keys, columns: named }: SaveRequest): Target {
  for (const name of named ?? []) columnNamed(found, name);
  return { ...found, keys: keys.map(key => columnNamed(found, key).name), named };
}

async function createAndDescribe(session: Session, request: SaveRequest, create: string) {
  await run(session, request, create);
  return (await describeTable(session, request.table))!;
}

/** Both or neither: a table that cannot be made costs nobody the one that is there. */
async function replace(session: Session, request: SaveRequest, drop: string, create: string): Promise<void> {
  await session.run("BEGIN");
  try {
    await run(session, request, drop);
    await run(session, request, create);
    await run(session, request, "COMMIT");
  } catch (error) {
    await session.run("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function run(session: Session, { settings }: SaveRequest, sql: string): Promise<void> {
  try {
    await session.run(sql);
  } catch (error) {
    throw explain(error, settings.connection, { doing: "making a table ready", sql });
  }
}

/** The statement that creates the table, of the types that were given and, for other columns, of those the elements tell. */
async function createFrom(request: SaveRequest, sample: Sample): Promise<string> {
  const { createTableColumnTypes, createTableOptions } = request.settings.write;
  const given = createTableColumnTypes === undefined ? [] : parseColumnTypes(createTableColumnTypes);
  const told = new Map(given.map(({ name, type }) => [name, type]));
  const elements = request.columns?.every(name => told.has(name)) ? [] : await sample();
  const columns = elements.length === 0 ? given : columnsOf(request, elements, told);
  if (columns.length === 0) throw E.JDBC_NO_COLUMN_TYPES(request.table, "there are no elements to tell its columns");
  return createStatement(request.table, columns, request.keys, createTableOptions);
}

function columnsOf(
  { table, columns: named }: SaveRequest,
  elements: readonly unknown[],
  told: ReadonlyMap<string, string>,
): { readonly name: string; readonly type: string }[] {
  const types = new Map<string, string | undefined>((named ?? [...told.keys()]).map(name => [name, told.get(name)]));
  for (const element of elements) {
    for (const [name, value] of fieldsOf(element, named)) {
      if (named !== undefined && !types.has(name)) continue;
      types.set(name, types.get(name) ?? told.get(name) ?? typeFor(value));
    }
  }
  return [...types].map(([name, type]) => {
    if (type === undefined) throw E.JDBC_NO_COLUMN_TYPES(table, `no element tells the type of ${JSON.stringify(name)}`);
    return { name, type };
  });
}

/** Names and values of an element; none where it is no row, which is told when it is written. */
function fieldsOf(element: unknown, named: readonly string[] | undefined): (readonly [string, unknown])[] {
  if (Array.isArray(element)) return named?.map((name, i) => [name, element[i]] as const) ?? [];
  return typeof element === "object" && element !== null ? Object.entries(element) : [];
}

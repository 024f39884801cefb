// A real PostgreSQL for tests, through scripts/postgres: `describeWithPostgres` skips where none is installed, unless
// TSPARK_TEST_NO_SKIP=1 asks for a failure.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { describeNeeding } from "../helpers/describe-needing.js";

export interface Server {
  readonly port: number;
  /** `jdbc:postgresql://127.0.0.1:PORT/tspark?user=tspark` */
  readonly url: string;
  readonly user: string;
  stop(): Promise<void>;
  crash(): Promise<void>;
  restart(): Promise<void>;
  remove(): Promise<void>;
}

interface PostgresScripts {
  whyNoPostgres(): Promise<string | undefined>;
  startPostgres(options: {
    dir: string;
    forTests: boolean;
    hba?: readonly string[];
    extra?: Readonly<Record<string, string | number>>;
  }): Promise<Server>;
}

// From the root of the checkout, where the test run starts: what is compiled lies elsewhere.
const scripts: PostgresScripts = await import(pathToFileURL(path.resolve("scripts/postgres/index.mjs")).href);

export const { whyNoPostgres } = scripts;

type Row = Readonly<Record<string, unknown>>;

/** What the tests of one file share. */
export interface PostgresFixture {
  server: Server;
  /** What a statement gives, by a connection of the test's own. */
  sql(statement: string): Promise<Row[]>;
  /** The same, one value. */
  value(statement: string): Promise<unknown>;
  /** Another connection of the test's own, which the test ends. */
  connect(): Promise<pg.Client>;
  /** Asks until a statement gives this value; what `job` fails with meanwhile is thrown. */
  untilValue(statement: string, expected: unknown, job?: Promise<unknown>): Promise<void>;
}

/** A suite with a server of its own, started before it and removed after it. */
export function describeWithPostgres(name: string, suite: (fixture: PostgresFixture) => void): void {
  describeNeeding(name, whyNoPostgres, () => {
    const fixture = {} as PostgresFixture;
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-postgres-"));
    let client: pg.Client | undefined;
    before(async () => {
      fixture.server = await scripts.startPostgres({
        dir,
        forTests: true,
        hba: ["host all locked 127.0.0.1/32 scram-sha-256"],
      });
      fixture.connect = () => connect(fixture.server, () => {});
      fixture.sql = async statement => {
        client ??= await connect(fixture.server, () => {
          client = undefined;
        });
        return (await client.query(statement)).rows;
      };
      fixture.untilValue = async (statement, expected, job) => {
        let over = false;
        const ended = job?.finally(() => {
          over = true;
        });
        const asking = async () => {
          while (!over && (await fixture.value(statement)) !== expected);
        };
        await Promise.race([asking(), ...(ended === undefined ? [] : [ended.then(asking)])]);
        if (over) throw new Error(`it was over before this was ${expected}: ${statement}`);
      };
      fixture.value = async statement => Object.values((await fixture.sql(statement))[0] ?? {})[0];
    });
    after(async () => {
      await client?.end();
      await fixture.server?.remove();
    });
    suite(fixture);
  });
}

/** A connection of the test's own; `lost` is told when the server has ended it. */
async function connect({ port, user }: Server, lost: () => void): Promise<pg.Client> {
  const client = new pg.Client({ host: "127.0.0.1", port, user, database: "tspark" });
  client.on("error", lost);
  client.on("end", lost);
  await client.connect();
  return client;
}

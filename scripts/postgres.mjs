// npm run postgres -- COMMAND: a real PostgreSQL on this machine, for the README's example and for tests.
import path from "node:path";
import { fail, parseCommandLine, runCommand } from "./command-line.mjs";
import { isRunning, readState, startPostgres, stopPostgres } from "./postgres/index.mjs";
import { defaultDir } from "./postgres/paths.mjs";
import { DATABASE, USER } from "./postgres/server.mjs";

const HELP = `npm run postgres -- COMMAND
  start [--port 5432]   starts PostgreSQL on 127.0.0.1, with a database and a user tspark
  stop                  in order; the data stays
  status                where it is
  sql STATEMENT         runs it and shows what it gives
  --dir DIR  before any of them: its folder, default .cache/postgres/server
`;

const text = { type: "string" };
const commandLine = parseCommandLine({ dir: text, port: text }, HELP);
const { values, positionals } = commandLine;
const dir = path.resolve(values.dir ?? defaultDir);
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
  fail(`--port is ${values.port}: it takes a number from 1 to 65535`);
}
const where = () => `jdbc:postgresql://127.0.0.1:${readState(dir).port}/${DATABASE}?user=${USER}`;

const commands = {
  async start() {
    if (isRunning(dir)) return console.log(`PostgreSQL runs already at ${where()}`);
    await startPostgres({ dir, ...(port !== undefined && { port }), keepRunning: true });
    console.log(`PostgreSQL is ready at ${where()}`);
  },
  stop: async () => console.log((await stopPostgres(dir)) ? "stopped" : "no PostgreSQL was running"),
  status: () => console.log(isRunning(dir) ? `running at ${where()}` : "not running"),
  async sql() {
    if (!isRunning(dir)) throw new Error("no PostgreSQL is running: npm run postgres -- start");
    const { default: pg } = await import("pg");
    const client = new pg.Client({ host: "127.0.0.1", port: readState(dir).port, user: USER, database: DATABASE });
    await client.connect();
    try {
      const { rows, command, rowCount } = await client.query(positionals.slice(1).join(" "));
      if (rows.length > 0) console.table(rows);
      else console.log(`${command} ${rowCount ?? ""}`.trim());
    } finally {
      await client.end();
    }
  },
};

await runCommand(commandLine, commands, HELP);

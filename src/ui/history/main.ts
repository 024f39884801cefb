// The program `tspark-history`: shows the applications whose event logs lie in a directory.
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { nearest } from "../../core/util/nearest.js";
import { E } from "../errors.js";
import { isLoopback } from "../server/host-check.js";
import { StatusServer } from "../server/status-server.js";
import { EventLogDirectory } from "./event-log-directory.js";
import { historySite } from "./history-site.js";

const DEFAULT_DIR = "/tmp/spark-events";

const USAGE = `Usage: tspark-history [--port PORT] [--host HOST] [DIR]

Shows the applications whose event logs lie in DIR (default ${DEFAULT_DIR}, as spark.eventLog.dir), running and
finished, with the pages and the REST API of the status port. A log is written by --conf spark.eventLog.enabled=true.

  --port PORT   default 18080; 0 takes any free one
  --host HOST   the address to listen on, default 127.0.0.1; anything else shows the logs to other machines
  --help        this text`;

const OPTIONS = {
  port: { type: "string", default: "18080" },
  host: { type: "string", default: "127.0.0.1" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Serves until the process is ended; wrong usage is one message on standard error and exit code 2. */
async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parse(argv);
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [dir = DEFAULT_DIR, ...more] = positionals;
  if (more.length > 0) throw E.HISTORY_DIRECTORIES(positionals.length);
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port < 65536 && values.port.trim() !== "")) {
    throw E.HISTORY_PORT(values.port);
  }
  checkReadable(dir);
  const server = await StatusServer.start(historySite(new EventLogDirectory(dir)), {
    host: values.host,
    port,
    maxRetries: 0,
    allowedHosts: "",
    keepsAlive: true,
  }).catch((error: Error) => {
    const why = (error.cause as Error | undefined)?.message ?? error.message;
    throw E.HISTORY_CANNOT_LISTEN.because(error, values.host, port, why);
  });
  console.log(`History of ${dir} at ${server.url}${isLoopback(values.host) ? "" : ", for other machines too"}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(signal === "SIGINT" ? 130 : 143)));
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node quotes the option, or the way it is used: '--port <value>'.
    const option = /'(-[^\s',]*)/.exec(message)?.[1] ?? message;
    if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") {
      const names = Object.keys(OPTIONS).map(name => `--${name}`);
      throw E.HISTORY_OPTION.because(error as Error, option, nearest(option, names));
    }
    const known = option.startsWith("--") && OPTIONS[option.slice(2) as keyof typeof OPTIONS].type === "string";
    throw E.HISTORY_OPTION_VALUE.because(
      error as Error,
      option,
      known ? "was given without its value" : "takes no value",
    );
  }
}

/** @throws HISTORY_NO_DIRECTORY with what is wrong with it */
function checkReadable(dir: string): void {
  try {
    readdirSync(dir);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const known = { ENOENT: "does not exist", ENOTDIR: "is a file", EACCES: "is not for this user to read" };
    const why = known[code as keyof typeof known] ?? `cannot be read (${message})`;
    throw E.HISTORY_NO_DIRECTORY.because(error as Error, dir, why);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`tspark-history: ${error.message}`);
  process.exitCode = 2;
});

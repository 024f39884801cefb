// A real PostgreSQL on loopback, with a folder of its own for data, log and state. As root it runs as the user postgres, since
// the server refuses to be root.
import { execFile, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { endProcess, freePort, HOST, isAlive, killAtEnd, stateOf, tailOf } from "../java/servers.mjs";
import { defaultDir } from "./paths.mjs";

/** Where Debian and others put each version's programs, which are not on the PATH. */
const VERSIONS = "/usr/lib/postgresql";
export const USER = "tspark";
export const DATABASE = "tspark";

/** The folder of `initdb` and `postgres`, or `undefined`. */
function programs() {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const installed = versions.sort((a, b) => Number(b) - Number(a)).map(version => path.join(VERSIONS, version, "bin"));
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), ...installed];
  return folders.find(folder => existsSync(path.join(folder, "initdb")) && existsSync(path.join(folder, "postgres")));
}

/** Why no PostgreSQL can be started here, or `undefined`: tests skip with this text. */
export async function whyNoPostgres() {
  if (programs() !== undefined) return undefined;
  return `a real PostgreSQL needs its server: "initdb" and "postgres" were found neither on the PATH nor below ${VERSIONS} (Debian: apt-get install postgresql)`;
}

/** What was written when the server of `dir` was started, or `undefined`. */
export const readState = (dir = defaultDir) => stateOf(dir);

/** Whether the server of `dir` runs. */
export function isRunning(dir = defaultDir) {
  const state = readState(dir);
  return state !== undefined && isAlive(state.pid);
}

/** As whom it is started: not as root. */
function owner() {
  if (process.getuid() !== 0) return {};
  const id = flag => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Makes the folder the owner's, who must be able to get there. */
function prepare(dir, { uid, gid }) {
  mkdirSync(dir, { recursive: true });
  if (uid === undefined) return;
  chownSync(dir, uid, gid);
  for (let at = path.dirname(dir); at !== path.dirname(at); at = path.dirname(at)) {
    const { mode } = statSync(at);
    if ((mode & 0o001) !== 0) continue;
    if (!path.basename(at).startsWith("tspark-")) {
      throw new Error(
        `the user postgres, as whom PostgreSQL runs, cannot enter ${at}: give another folder, --dir /tmp/NAME`,
      );
    }
    chmodSync(at, mode | 0o011);
  }
}

/**
 * Starts a server and resolves when it can be connected to (2 s the first time). What `dir` holds from an earlier run is kept:
 * the same port and the same data. The user and the database are `tspark`, without a password.
 *
 * @param options.dir          its folder; default `.cache/postgres/server`
 * @param options.port         default: the one of before, else a free one
 * @param options.extra        further settings of `postgresql.conf`
 * @param options.hba          lines of `pg_hba.conf` that come first
 * @param options.forTests     nothing is synced to the disk
 * @param options.keepRunning  the server outlives this process; default: it is killed at exit
 */
export async function startPostgres(options = {}) {
  const dir = path.resolve(options.dir ?? defaultDir);
  if (isRunning(dir))
    throw new Error(`a PostgreSQL of ${dir} runs already as process ${readState(dir).pid}: stop it first`);
  const missing = await whyNoPostgres();
  if (missing !== undefined) throw new Error(missing);
  const as = owner();
  const port = options.port ?? readState(dir)?.port ?? (await freePort());
  prepare(dir, as);
  const data = path.join(dir, "data");
  const environment = { ...process.env, HOME: dir, LC_ALL: "C" };
  if (!existsSync(path.join(data, "PG_VERSION"))) {
    const initdb = ["-D", data, "-A", "trust", "-U", USER, "-E", "UTF8", "--no-sync"];
    await promisify(execFile)(path.join(programs(), "initdb"), initdb, { ...as, cwd: dir, env: environment });
    const hba = path.join(data, "pg_hba.conf");
    if (options.hba) writeFileSync(hba, `${options.hba.join("\n")}\n${readFileSync(hba, "utf8")}`);
  }
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: "",
    shared_buffers: "32MB",
    ...(options.forTests && { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
    ...options.extra,
  };
  const logFile = path.join(dir, "log");
  const start = async () => {
    const log = openSync(logFile, "a");
    const from = statSync(logFile).size;
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    // Its own process group: Ctrl-C in the terminal that started it is not meant for it.
    const child = spawn(path.join(programs(), "postgres"), ["-D", data, ...flags], {
      ...as,
      cwd: dir,
      env: environment,
      stdio: ["ignore", log, log],
      detached: true,
    });
    child.unref();
    for (let tries = 0; !readFileSync(logFile).subarray(from).includes("ready to accept connections"); tries++) {
      if (child.exitCode !== null || tries > 1200) {
        throw new Error(`PostgreSQL did not start; the end of ${logFile}:\n${tailOf(logFile)}`);
      }
      await sleep(25);
    }
    writeFileSync(path.join(dir, "state.json"), `${JSON.stringify({ pid: child.pid, port })}\n`);
    const release = options.keepRunning ? () => {} : killAtEnd(child.pid);
    return { pid: child.pid, release };
  };
  let { pid, release } = await start();
  const end = async signal => {
    await endProcess(pid, signal);
    release();
  };
  if (!existsSync(path.join(dir, "created"))) {
    await createDatabase(port);
    writeFileSync(path.join(dir, "created"), "");
  }
  return {
    dir,
    port,
    user: USER,
    url: `jdbc:postgresql://${HOST}:${port}/${DATABASE}?user=${USER}`,
    get pid() {
      return pid;
    },
    /** Stops it in order: whoever is connected is sent away. */
    stop: () => end("SIGINT"),
    /** Ends it as a crash would. */
    crash: () => end("SIGQUIT"),
    /** Starts it again, with its data, where it was. */
    async restart() {
      await end("SIGINT");
      ({ pid, release } = await start());
    },
    /** Stops it at once and removes the folder. */
    async remove() {
      await end("SIGQUIT");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function createDatabase(port) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ host: HOST, port, user: USER, database: "postgres" });
  await client.connect();
  await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
}

/** Ends the server of `dir`; `false` when none runs. */
export async function stopPostgres(dir = defaultDir) {
  if (!isRunning(dir)) return false;
  await endProcess(readState(dir).pid, "SIGINT");
  return true;
}

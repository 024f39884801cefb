import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ApplicationSummary } from "../status/application.js";
import { FinishedApplication } from "./finished-application.js";

/** Applications kept whole in memory; of more, the one that was looked at longest ago is read again. */
const KEPT = 20;

/** What lies in the directory and is shown as no application. */
export interface NotShown {
  readonly file: string;
  readonly why: string;
}

interface Listing {
  /** The latest first. */
  readonly applications: readonly ApplicationSummary[];
  readonly notShown: readonly NotShown[];
}

/** A file as it was read. */
interface Entry {
  /** Size and time of the file then. */
  readonly stamp: string;
  /** `undefined`: it is no event log. */
  readonly summary: ApplicationSummary | undefined;
}

/** The applications whose event logs lie in a directory, each read when it is first needed and again when it has grown. */
export class EventLogDirectory {
  /** Every file of the directory. */
  readonly #entries = new Map<string, Promise<Entry>>();
  /** What was read of them, the latest last. */
  readonly #kept = new Map<string, FinishedApplication>();

  constructor(readonly dir: string) {}

  /** All of them, and what else lies there. @throws the file system's error where the directory has gone */
  async list(): Promise<Listing> {
    const entries = await readdir(this.dir, { withFileTypes: true });
    const applications: ApplicationSummary[] = [];
    const notShown: NotShown[] = [];
    for (const entry of entries) {
      const file = entry.name;
      if (file.startsWith(".")) continue;
      if (entry.isDirectory()) {
        if (file.startsWith("eventlog_v2_")) notShown.push({ file, why: ROLLED });
        continue;
      }
      try {
        const { summary } = await this.#entry(file);
        if (summary !== undefined) applications.push(summary);
        else notShown.push({ file, why: COMPRESSED.test(file) ? PACKED : NO_LOG });
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // Removed or renamed since the directory was read.
        if (code !== "ENOENT") notShown.push({ file, why: `It cannot be read: ${message}.` });
      }
    }
    for (const file of this.#entries.keys()) if (!entries.some(e => e.name === file)) this.#forget(file);
    return { applications: applications.sort((a, b) => b.startTime - a.startTime), notShown };
  }

  /** The application of that id; `undefined` where no log is its. */
  async application(id: string): Promise<FinishedApplication | undefined> {
    const names = (await readdir(this.dir)).filter(name => !name.startsWith("."));
    // A log has the name of its application, unless somebody gave it another one.
    const likely = names.filter(name => idOf(name) === id);
    for (const file of [...likely, ...names.filter(name => idOf(name) !== id)]) {
      try {
        const { summary } = await this.#entry(file);
        if (summary?.id === id) return await this.#whole(file);
      } catch {
        // Gone since, a directory, or not for us to read: the list says so.
      }
    }
    return undefined;
  }

  async #entry(file: string): Promise<Entry> {
    const found = await stat(path.join(this.dir, file));
    const stamp = `${found.size} ${found.mtimeMs}`;
    const known = await this.#entries.get(file)?.catch(() => undefined);
    if (known?.stamp === stamp) return known;
    this.#forget(file);
    // A pipe, say, would be waited for.
    if (!found.isFile()) return { stamp, summary: undefined };
    const entry = this.#read(file).then(app => ({ stamp, summary: app && summaryOf(app) }));
    this.#entries.set(file, entry);
    return entry;
  }

  async #whole(file: string): Promise<FinishedApplication | undefined> {
    const app = this.#kept.get(file) ?? (await this.#read(file));
    if (app !== undefined) this.#keep(file, app);
    return app;
  }

  async #read(file: string): Promise<FinishedApplication | undefined> {
    const app = await FinishedApplication.read(path.join(this.dir, file), !file.endsWith(IN_PROGRESS));
    if (app !== undefined) this.#keep(file, app);
    return app;
  }

  #keep(file: string, app: FinishedApplication): void {
    this.#kept.delete(file);
    this.#kept.set(file, app);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
  }

  #forget(file: string): void {
    this.#entries.delete(file);
    this.#kept.delete(file);
  }
}

const IN_PROGRESS = ".inprogress";
const COMPRESSED = /\.(?:zstd|lz4|lzf|snappy|gz)(?:\.inprogress)?$/;

const NO_LOG = "It is no event log: no line of it begins an application.";
const PACKED = "It is compressed. Spark writes logs that can be read with spark.eventLog.compress=false.";
const ROLLED = "It is a log in several files. Spark writes it as one with spark.eventLog.rolling.enabled=false.";

function idOf(file: string): string {
  return file.endsWith(IN_PROGRESS) ? file.slice(0, -IN_PROGRESS.length) : file;
}

function summaryOf(app: FinishedApplication): ApplicationSummary {
  const { id, name, user, version, startTime, endTime } = app;
  const now = app.now();
  return { id, name, user, version, startTime, endTime, now: () => now };
}

import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { FinishedApplication } from "./finished-application.js";

/** Applications kept in memory; of more, the one that was looked at longest ago is read again. */
const KEPT = 20;

interface Entry {
  /** Size and time of the file when it was read. */
  readonly stamp: string;
  readonly app: Promise<FinishedApplication | undefined>;
}

/** The applications whose event logs lie in a directory, each read when it is first needed and again when it has grown. */
export class EventLogDirectory {
  readonly #read = new Map<string, Entry>();

  constructor(readonly dir: string) {}

  /** All of them, the latest first. */
  async applications(): Promise<FinishedApplication[]> {
    const apps: FinishedApplication[] = [];
    for (const name of await this.#files()) {
      const app = await this.#application(name);
      if (app !== undefined) apps.push(app);
    }
    return apps.sort((a, b) => b.startTime - a.startTime);
  }

  /** The application of that id; `undefined` where no log is its. */
  async application(id: string): Promise<FinishedApplication | undefined> {
    const files = await this.#files();
    const named = files.find(name => idOf(name) === id);
    if (named !== undefined) return this.#application(named);
    return (await this.applications()).find(app => app.id === id);
  }

  async #files(): Promise<string[]> {
    const entries = await readdir(this.dir, { withFileTypes: true });
    return entries.filter(e => e.isFile() && !e.name.startsWith(".")).map(e => e.name);
  }

  async #application(name: string): Promise<FinishedApplication | undefined> {
    const file = path.join(this.dir, name);
    try {
      const { size, mtimeMs } = await stat(file);
      const stamp = `${size} ${mtimeMs}`;
      let entry = this.#read.get(name);
      if (entry?.stamp !== stamp) entry = { stamp, app: FinishedApplication.read(file, !name.endsWith(".inprogress")) };
      this.#read.delete(name);
      this.#read.set(name, entry);
      for (const oldest of this.#read.keys()) {
        if (this.#read.size <= KEPT) break;
        this.#read.delete(oldest);
      }
      return await entry.app;
    } catch {
      // Removed or renamed since the directory was read, or not for us to read.
      return undefined;
    }
  }
}

function idOf(name: string): string {
  return name.replace(/\.inprogress$/, "");
}

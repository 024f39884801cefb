import type { FileSystem } from "../../core/io/file-system.js";
import { locate } from "../../core/io/file-systems.js";
import { namesIn, readWhole } from "../../core/io/whole-files.js";
import { getLogger } from "../../core/log/logger.js";
import { E } from "../errors.js";
import { CHECKPOINT_VERSION, type Checkpoint, decodeCheckpoint, encodeCheckpoint, versionOf } from "./checkpoint.js";
import { decodePartitions, encodePartitions, type Partitions } from "./partition-data.js";

const log = getLogger("Checkpoint");

const CHECKPOINT = /^checkpoint-(\d{10})$/;
const DATA = /^data-[^.]*$/;

/** Checkpoints that are kept at least: the newest ones, and the newest of the generation of states before. */
const KEPT = 4;

/** A checkpoint that was read, with all data that it names. */
export interface Found {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  readonly data: ReadonlyMap<string, Partitions>;
}

/**
 * The directory where a streaming context is kept:
 *
 * ```
 * checkpoint-0000000042     what is known at one moment, see `encodeCheckpoint`; a higher number is newer
 * data-…                    partitions of a state or of a batch, named by checkpoints
 * *.tmp                     a file that is being written
 * ```
 *
 * A file is there whole, or not at all: see `put` of {@link FileSystem}.
 */
export class CheckpointDirectory {
  readonly #fs: FileSystem;
  readonly #path: string;
  #next = 0;
  #ready: Promise<void> | undefined;
  /** What each checkpoint names, by its number. */
  readonly #named = new Map<number, Named>();
  /** The data files that are there. */
  readonly #data = new Set<string>();

  /** @param directory of this machine or of another file system */
  constructor(readonly directory: string) {
    const { fs, path } = locate(directory);
    this.#fs = fs;
    this.#path = path;
  }

  /**
   * The newest checkpoint that can be read whole; older ones stand in for damaged ones, which is told. `undefined` where
   * there is none.
   *
   * @throws IllegalStateError when one was written by a later version
   * @throws InputOutputError when there are some and none can be read
   */
  async newest(): Promise<Found | undefined> {
    const numbers = await this.#numbers();
    await this.#refuseOtherVersions(numbers);
    const troubles: string[] = [];
    for (const n of numbers.reverse()) {
      try {
        const found = await this.#read(nameOf(n));
        if (troubles.length > 0) {
          log.warn(`${this.directory}: ${troubles.join(" ")} The one before, ${found.name}, is used`);
        }
        return found;
      } catch (error) {
        troubles.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (troubles.length > 0) throw E.CHECKPOINT_UNREADABLE(this.directory, troubles);
    return undefined;
  }

  /**
   * Makes the directory ready to be written to, once. What an earlier run left stays until newer checkpoints replace it.
   *
   * @throws IllegalStateError when it holds checkpoints of a later version
   */
  open(): Promise<void> {
    this.#ready ??= this.#open();
    return this.#ready;
  }

  /** The first record of each input's write-ahead log that a checkpoint still needs, by the input's uid. */
  get logs(): ReadonlyMap<string, number> {
    const first = new Map<string, number>();
    for (const { logs } of this.#named.values()) {
      for (const [uid, number] of logs) first.set(uid, Math.min(number, first.get(uid) ?? number));
    }
    return first;
  }

  /** Whether a run has left checkpoints here. */
  async isEmpty(): Promise<boolean> {
    return (await this.#numbers()).length === 0;
  }

  /** Keeps partitions in a file of their own. The next checkpoint must name it, or it is removed. */
  async writeData(name: string, partitions: Partitions): Promise<void> {
    await this.open();
    await this.#put(name, encodePartitions(partitions, name));
    this.#data.add(name);
  }

  /** Writes a checkpoint and removes those, and the data, that it makes needless. */
  async write(checkpoint: Checkpoint): Promise<void> {
    await this.open();
    const n = this.#next++;
    await this.#put(nameOf(n), Buffer.from(encodeCheckpoint(checkpoint)));
    this.#named.set(n, namedBy(checkpoint));
    await this.#prune();
  }

  async #open(): Promise<void> {
    await this.#fs.mkdirs(this.#path);
    for (const name of await namesIn(this.#fs, this.#path)) if (DATA.test(name)) this.#data.add(name);
    const numbers = await this.#numbers();
    await this.#refuseOtherVersions(numbers);
    this.#next = (numbers.at(-1) ?? -1) + 1;
    for (const n of numbers) {
      const text = await this.#text(nameOf(n));
      try {
        this.#named.set(n, namedBy(decodeCheckpoint(text, nameOf(n))));
      } catch {
        // Nobody can read it: what it named is of no use, and it goes with the next ones that are pruned.
        this.#named.set(n, { files: new Set(), logs: new Map() });
      }
    }
  }

  async #read(name: string): Promise<Found> {
    const checkpoint = decodeCheckpoint(await this.#text(name), name);
    const data = new Map<string, Partitions>();
    for (const file of dataOf(checkpoint)) {
      const bytes = await readWhole(this.#fs, this.#at(file)).catch(error => {
        throw E.CHECKPOINT_DAMAGED.because(error, name, `its data ${file} cannot be read`);
      });
      data.set(file, decodePartitions(bytes, file));
    }
    return { name, checkpoint, data };
  }

  async #numbers(): Promise<number[]> {
    const names = await namesIn(this.#fs, this.#path);
    const numbers = names.map(name => CHECKPOINT.exec(name)?.[1]).filter(n => n !== undefined);
    return numbers.map(Number).sort((a, b) => a - b);
  }

  #at(name: string): string {
    return this.#path.endsWith("/") ? this.#path + name : `${this.#path}/${name}`;
  }

  async #text(name: string): Promise<string> {
    return (await readWhole(this.#fs, this.#at(name))).toString();
  }

  async #refuseOtherVersions(numbers: readonly number[]): Promise<void> {
    for (const n of numbers) {
      const head = versionOf(await this.#text(nameOf(n)));
      if (head !== undefined && head !== CHECKPOINT_VERSION) {
        throw E.CHECKPOINT_VERSION(`${this.directory.replace(/\/$/, "")}/${nameOf(n)}`, head, CHECKPOINT_VERSION);
      }
    }
  }

  #put(name: string, bytes: Buffer): Promise<void> {
    return this.#fs.put(this.#at(name), bytes);
  }

  async #prune(): Promise<void> {
    const numbers = [...this.#named.keys()].sort((a, b) => b - a);
    const kept = new Set(numbers.slice(0, KEPT));
    // Were a file of the newest data damaged, every checkpoint that names it would be: one that does not must be left.
    const newest = this.#named.get(numbers[0]!)!.files;
    const other = numbers.find(n => ![...this.#named.get(n)!.files].some(file => newest.has(file)));
    if (other !== undefined) kept.add(other);
    for (const n of numbers) {
      if (kept.has(n)) continue;
      this.#named.delete(n);
      await this.#fs.remove(this.#at(nameOf(n)));
    }
    const used = new Set([...this.#named.values()].flatMap(({ files }) => [...files]));
    for (const name of this.#data) {
      if (used.has(name)) continue;
      this.#data.delete(name);
      await this.#fs.remove(this.#at(name));
    }
  }
}

/** What a checkpoint needs beside itself. */
interface Named {
  /** Data files. */
  readonly files: ReadonlySet<string>;
  /** The first record of each write-ahead log, by the input's uid. */
  readonly logs: ReadonlyMap<string, number>;
}

function namedBy(checkpoint: Checkpoint): Named {
  const logs = new Map<string, number>();
  const note = (uid: string, saved: unknown) => {
    const log = (saved as { log?: number | number[] } | undefined)?.log;
    const number = Array.isArray(log) ? log[0] : log;
    if (typeof number === "number") logs.set(uid, Math.min(number, logs.get(uid) ?? number));
  };
  for (const { input, position } of checkpoint.inputs) note(input, position);
  for (const { inputs } of checkpoint.batches) {
    for (const [uid, saved] of Object.entries(inputs)) if ("value" in saved) note(uid, saved.value);
  }
  return { files: dataOf(checkpoint), logs };
}

function nameOf(n: number): string {
  return `checkpoint-${String(n).padStart(10, "0")}`;
}

/** The files that a checkpoint names. */
function dataOf({ operators, batches }: Checkpoint): Set<string> {
  const files = operators.map(operator => operator.state).filter(file => file !== undefined);
  for (const { held } of operators) files.push(...Object.values(held?.files ?? {}));
  for (const { inputs } of batches) {
    for (const saved of Object.values(inputs)) if ("data" in saved) files.push(saved.data);
  }
  return new Set(files);
}

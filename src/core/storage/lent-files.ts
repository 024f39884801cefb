import { removeSpilled } from "./spill-file.js";

/** Who reads a file, a task: it says when it has ended. */
export interface Reader {
  addTaskCompletionListener(f: () => void): unknown;
}

/** Files that tasks read: what is removed meanwhile goes when the last of these tasks has ended. */
export class LentFiles {
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  lend(path: string, reader: Reader): void {
    this.#readers.set(path, (this.#readers.get(path) ?? 0) + 1);
    reader.addTaskCompletionListener(() => this.#giveBack(path));
  }

  remove(path: string): void {
    if (this.#readers.has(path)) this.#doomed.add(path);
    else removeSpilled(path);
  }

  #giveBack(path: string): void {
    const left = this.#readers.get(path)! - 1;
    if (left > 0) {
      this.#readers.set(path, left);
      return;
    }
    this.#readers.delete(path);
    if (this.#doomed.delete(path)) removeSpilled(path);
  }
}

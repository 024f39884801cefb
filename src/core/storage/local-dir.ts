import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A directory of this process for temporary files: made when it is first needed, removed on every ordinary way out. */
export class LocalDir {
  #path: string | undefined;
  readonly #remove = () => this.remove();

  /** @param parent `spark.local.dir`; the system's directory for temporary files when it is not set */
  constructor(private readonly parent: string | undefined) {}

  get path(): string {
    if (this.#path === undefined) {
      // Several directories may be named, for several disks: the first serves.
      const parent = this.parent?.split(",")[0]?.trim() || tmpdir();
      mkdirSync(parent, { recursive: true });
      this.#path = mkdtempSync(path.join(parent, "tspark-"));
      process.once("exit", this.#remove);
    }
    return this.#path;
  }

  /** A file in it. */
  file(name: string): string {
    return path.join(this.path, name);
  }

  remove(): void {
    if (this.#path === undefined) return;
    process.removeListener("exit", this.#remove);
    rmSync(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}

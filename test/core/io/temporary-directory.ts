import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";

/** A directory that is removed after the tests of a file. */
export function temporaryDirectory(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), "tspark-io-"));
  after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Writes files by their paths within `dir`, making the directories between. */
export function writeFiles(dir: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

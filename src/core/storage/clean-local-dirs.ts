import { readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import { systemClock } from "../clock/clock.js";
import { getLogger } from "../log/logger.js";
import { DIR_PREFIX, OWNER_FILE } from "./local-dir.js";
import { hasEnded, type Owner } from "./owner.js";

const log = getLogger("DiskBlockManager");

const OURS = new RegExp(`^${DIR_PREFIX}.+-[0-9a-f]{12}$`);
/** A directory without a record is one whose process ended as it made it; one that is being made is younger, ms. */
const BEING_MADE_MS = 3_600_000;

/**
 * Removes what processes left that were killed: directories of {@link LocalDir} below `parents` whose owner has ended. One
 * whose owner lives, or cannot be seen from here, stays.
 */
export async function cleanLocalDirs(parents: readonly string[]): Promise<void> {
  for (const parent of parents) {
    const names = await readdir(parent).catch(() => []);
    for (const name of names) if (OURS.test(name)) await clean(path.join(parent, name)).catch(() => {});
  }
}

async function clean(dir: string): Promise<void> {
  const text = await readFile(path.join(dir, OWNER_FILE), "utf8").catch(() => undefined);
  if (text === undefined) {
    const { mtimeMs } = await stat(dir);
    // Only an empty one: any other may be somebody else's.
    if (systemClock.now() - mtimeMs > BEING_MADE_MS) await rmdir(dir);
    return;
  }
  const owner = ownerFrom(text);
  if (owner === undefined || !hasEnded(owner)) return;
  await rm(dir, { recursive: true, force: true });
  log.info(`Removed ${dir}: its process ${owner.pid} ended without doing so`);
}

function ownerFrom(text: string): Owner | undefined {
  try {
    const { pid, started, host, boot, pids } = JSON.parse(text) as Partial<Owner>;
    if (!Number.isInteger(pid) || pid! <= 0) return undefined;
    if (typeof started !== "string" || typeof host !== "string") return undefined;
    if (typeof boot !== "string" || typeof pids !== "string") return undefined;
    return { pid: pid!, started, host, boot, pids };
  } catch {
    return undefined;
  }
}

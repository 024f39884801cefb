import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What `npm run NAME -- …` says that cannot do what it was asked for: its exit code and its first line. */
export async function refusalOf(name: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [`scripts/${name}.mjs`, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  return `${code}: ${said.split("\n")[0]}`;
}

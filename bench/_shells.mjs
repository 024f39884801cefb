// The programs that the benches of the shell compare, and where they run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inTurn, Terminal } from "./_terminal.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const node = process.execPath;
export const ours = path.join(root, "bin/tspark-shell");
// Without these options its prompt makes modules of lines and refuses them.
const tsNodeOptions = ["-i", "-O", '{"module":"commonjs","target":"es2022"}'];
export const tsNode = [node, path.join(root, "node_modules/ts-node/dist/bin.js"), ...tsNodeOptions];
export const PROMPT = /(^|\n)tspark> $/;
const NODE_PROMPT = /(^|\n)> $/;

/** An empty home with a cache in which all that starts begin with is there, and the same without a cache. */
export async function inEmptyHome(work) {
  const home = mkdtempSync(path.join(os.tmpdir(), "tspark-bench-"));
  const env = {
    ...process.env,
    HOME: home,
    NODE_REPL_HISTORY: "",
    TS_NODE_HISTORY: "",
    NO_COLOR: "1",
    SPARK_LOCAL_IP: "127.0.0.1",
  };
  const warm = { cwd: home, env: { ...env, TSPARK_CACHE_DIR: path.join(home, "cache") } };
  const cold = { cwd: home, env: { ...env, TSPARK_CACHE_DIR: "" } };
  try {
    spawnSync(node, [path.join(root, "dist/type-snapshot.cjs")], { env: warm.env, stdio: "ignore" });
    return await work({ warm, cold });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds to the prompt, by name. */
export function timesToPrompt(runs, { warm, cold }) {
  const peers = [
    { name: "node -i", command: [node, "-i"], prompt: NODE_PROMPT, place: warm },
    { name: "plain", command: [node, ours], prompt: PROMPT, place: warm },
    { name: "flags", command: [node, ours, "--master", "local[2]"], prompt: PROMPT, place: warm },
    { name: "cold", command: [node, ours], prompt: PROMPT, place: cold, few: true },
    { name: "ts-node", command: tsNode, prompt: NODE_PROMPT, place: warm, few: true },
  ];
  return inTurn(peers, runs, async ({ command, prompt, place }) => {
    const terminal = new Terminal(command, place);
    const ms = await terminal.until(prompt);
    await terminal.end();
    return ms;
  });
}

/** Milliseconds to the first answer of a line that is typed before the prompt is there, by name. */
export function timesToAnswer(runs, { warm, cold }) {
  const peers = [
    { name: "warm", command: [node, ours], answer: /res0: number = 2\n/, place: warm },
    { name: "cold", command: [node, ours], answer: /res0: number = 2\n/, place: cold, few: true },
    { name: "node -i", command: [node, "-i"], answer: /\n2\n/, place: warm, few: true },
    { name: "ts-node", command: tsNode, answer: /\n2\n/, place: warm, few: true },
  ];
  return inTurn(peers, runs, async ({ command, answer, place }) => {
    const terminal = new Terminal(command, place);
    terminal.type("1 + 1\r");
    const ms = await terminal.until(answer);
    await terminal.end();
    return ms;
  });
}

/** The value of an option that is a number, 1 or more. */
export function numberOf(args, option, otherwise) {
  const at = args.indexOf(option);
  return at < 0 ? otherwise : Math.max(1, Number(args[at + 1]));
}

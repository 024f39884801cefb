// The command lines of the servers that this project starts: `npm run NAME -- COMMAND [--option …]`.
import { parseArgs } from "node:util";

/** Wrong usage ends the script with its message, and 2. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

/** What stands on the command line: the values of options, and the rest in its order. */
export function parseCommandLine(options, help) {
  try {
    return parseArgs({ options: { ...options, help: { type: "boolean" } }, allowPositionals: true });
  } catch (error) {
    return fail(`${error.message}\n${help}`);
  }
}

/** The port that `--name` gives, or undefined. */
export function portOf(name, given) {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  return fail(`--${name} is ${given}: it must be a port, 1 to 65535`);
}

/** The heap of a server in Java that `--heap` gives, or undefined. */
export function heapOf(given) {
  if (given === undefined) return undefined;
  const [, count, unit] = /^(\d{1,6})([mg])$/i.exec(given) ?? [];
  if (Number(count) * (unit?.toLowerCase() === "g" ? 1024 : 1) >= 64) return given;
  return fail(`--heap is ${given}: it must be a size such as 256m or 1g, of 64m or more`);
}

/** Runs one of `commands`, or shows the help where none or `--help` was given. An error is told in its message; the script ends in 1. */
export async function runCommand({ values, positionals: [command] }, commands, help) {
  if (values.help || command === undefined) process.stdout.write(help);
  else if (!Object.hasOwn(commands, command)) fail(`unknown command ${command}\n${help}`);
  else {
    try {
      await commands[command]();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  }
}

// The program's entry.
import { isatty } from "node:tty";
import type { LaunchedService } from "./launch.js";
import { RemoteTypeService } from "./types/remote-type-service.js";

/** @param launched the type service's process, which was started before this was loaded */
export function main(launched: LaunchedService | undefined): void {
  const argv = process.argv.slice(2);
  const directory = launched && workingDirectory();
  if (directory === undefined) launched?.process.child.kill();
  const types =
    launched === undefined || directory === undefined
      ? undefined
      : new RemoteTypeService({
          directory,
          transpileOnly: argv.includes("--transpile-only"),
          snapshot: launched.snapshot,
          process: launched.process,
          // A run in a pipe or by a machine has no second one to be faster.
          makeSnapshot: isatty(0) && !process.env.CI,
        });
  void import("./cli/start.js").then(({ start }) => start(argv, types));
}

/** Undefined where it has been removed, which the start says. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

// The program's entry.
import { isatty } from "node:tty";
import type { LaunchedService } from "./launch.js";
import { RemoteTypeService } from "./types/remote-type-service.js";

/** @param launched the type service's process, which was started before this was loaded */
export function main(launched: LaunchedService | undefined): void {
  const argv = process.argv.slice(2);
  const types =
    launched &&
    new RemoteTypeService({
      directory: process.cwd(),
      transpileOnly: argv.includes("--transpile-only"),
      snapshot: launched.snapshot,
      process: launched.process,
      // A run in a pipe or by a machine has no second one to be faster.
      makeSnapshot: isatty(0) && !process.env.CI,
    });
  void import("./cli/start.js").then(({ start }) => start(argv, types));
}

// The program's entry: starts the type service before anything else is loaded, then the shell.
import { isatty } from "node:tty";
import { cacheFolder } from "../pack/cache-folder.js";
import { RemoteTypeService } from "./types/remote-type-service.js";
import { TypeSnapshot } from "./types/type-snapshot.js";

const argv = process.argv.slice(2);
const onlyInforms = argv.some(word => word === "--help" || word === "-h" || word === "--version");
const types = onlyInforms
  ? undefined
  : new RemoteTypeService({
      directory: process.cwd(),
      transpileOnly: argv.includes("--transpile-only"),
      snapshot: TypeSnapshot.find(cacheFolder()),
      // A run in a pipe or by a machine has no second one to be faster.
      makeSnapshot: isatty(0) && !process.env.CI,
    });

void import("./cli/start.js").then(({ start }) => start(argv, types));

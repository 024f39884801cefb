// The program's entry: starts the type service before anything else is loaded, then the shell.
import { RemoteTypeService } from "./types/remote-type-service.js";

const argv = process.argv.slice(2);
const onlyInforms = argv.some(word => word === "--help" || word === "-h" || word === "--version");
const types = onlyInforms
  ? undefined
  : new RemoteTypeService({ directory: process.cwd(), transpileOnly: argv.includes("--transpile-only") });

void import("./cli/start.js").then(({ start }) => start(argv, types));

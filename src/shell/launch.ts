// The first of the program to run: it starts the type service's process, which takes longest to get ready, and only then is
// the one file loaded that holds everything else. It is a file of its own for that.
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../pack/cache-folder.js";
import { type ServiceProcess, spawnService } from "./types/service-process.js";
import { TypeSnapshot } from "./types/type-snapshot.js";

/** The type service of a shell, as it was started before the shell was loaded. */
export interface LaunchedService {
  readonly snapshot: TypeSnapshot | undefined;
  readonly process: ServiceProcess;
}

/** Undefined for a call that only informs. */
export function launch(argv: readonly string[]): LaunchedService | undefined {
  if (argv.some(word => word === "--help" || word === "-h" || word === "--version")) return undefined;
  const here = pathToFileURL(__filename).href;
  const snapshot = TypeSnapshot.find(cacheFolder(), here);
  return { snapshot, process: spawnService(snapshot, here) };
}

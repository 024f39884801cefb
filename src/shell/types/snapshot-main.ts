// One text for two programs. Run plainly, it makes a start-up snapshot: it has Node run this same text with
// `--build-snapshot`, tries the blob out and puts it into its place. Run so, it makes a type service that has gone through
// inputs of every kind; from the blob Node then begins with the function at the end. It is CommonJS in one piece, since a
// snapshot is made without a module loader. What the shell itself starts from is made after it, by the program that loads it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startupSnapshot } from "node:v8";
import { cacheFolder } from "../../pack/cache-folder.js";
import { LanguageTypeService } from "./language-type-service.js";
import { makeSnapshot } from "./make-snapshot.js";
import { findTypePaths } from "./package-paths.js";
import { serve } from "./serve.js";
import { packageAbove, TypeSnapshot } from "./type-snapshot.js";
import type { TypeScript } from "./typescript.js";

/** Starting the shell and ending it takes a second. */
const PATIENCE_MS = 60_000;

async function prepare(): Promise<void> {
  const typescript = loadCompiler(path.join(packageAbove(__filename, "typescript")!, "lib/typescript.js"));
  const service = new LanguageTypeService({ typescript, paths: findTypePaths(__filename) });
  await service.rehearse();
  startupSnapshot.setDeserializeMainFunction(() => {
    process.stdout.on("error", () => process.exit(0));
    serve(service, process.stdin, process.stdout, () => process.exit(0));
  });
}

/** The compiler, whose `require` here knows Node's own modules only. */
function loadCompiler(file: string): TypeScript {
  const module = { exports: {} as TypeScript };
  const body = `${readFileSync(file, "utf8")}\n//# sourceURL=${file}`;
  const run = new Function("exports", "require", "module", "__filename", "__dirname", body);
  run(module.exports, require, module, file, path.dirname(file));
  return module.exports;
}

if (startupSnapshot.isBuildingSnapshot()) void prepare();
else {
  const snapshot = TypeSnapshot.find(cacheFolder(), pathToFileURL(__filename).href);
  if (snapshot !== undefined && !snapshot.exists && !makeSnapshot(snapshot)) process.exitCode = 1;
  spawnSync(process.execPath, [path.join(__dirname, "load.cjs")], { stdio: "ignore", timeout: PATIENCE_MS });
}

// The type service's process, started plainly: by RemoteTypeService, ends when its standard input does.
import { LanguageTypeService } from "./language-type-service.js";
import { findTypePaths } from "./package-paths.js";
import { serve } from "./serve.js";
import { loadTypeScript } from "./typescript.js";

async function main(): Promise<void> {
  const typescript = await loadTypeScript();
  const service = new LanguageTypeService({ typescript, paths: findTypePaths() });
  // The parent may be gone before an answer is written.
  process.stdout.on("error", () => process.exit(0));
  serve(service, process.stdin, process.stdout, () => process.exit(0));
  service.warm();
}

void main();

import * as tsnode from "ts-node";
import ts from "typescript";
import { registerModule } from "../../src/core/closure/modules.js";
import { closureTransformer } from "../../src/transformer/transformer.js";

const service = tsnode.default?.create ?? tsnode.create;

/** Loads the `.ts` files of a folder as the shell does: through ts-node, with closures marked. */
export function registerTypeScript(cwd: string): void {
  const compiler = service({
    cwd,
    transpileOnly: true,
    skipProject: true,
    transformers: { before: [closureTransformer(ts)] },
    compilerOptions: {
      target: "ES2022",
      module: "CommonJS",
      moduleResolution: "node10",
      esModuleInterop: true,
    },
    // That TypeScript 6 is about to give up an option which goes with CommonJS.
    ignoreDiagnostics: [5107],
  });
  const compile = compiler.compile;
  compiler.compile = (code, file, line) => {
    const text = compile.call(compiler, code, file, line);
    registerModule(file, { text, file });
    return text;
  };
  (tsnode.default?.register ?? tsnode.register)(compiler);
}

import path from "node:path";
import ts from "typescript";
import type { ExampleCode } from "./example-code.js";
import { CONTEXTS, type ExampleNames, scopeNameOf, speaksOfStreams } from "./example-names.js";
import type { DocExample } from "./find-examples.js";

export interface CheckedExample {
  readonly example: DocExample;
  readonly code: ExampleCode;
  readonly names: ExampleNames;
}

/**
 * What TypeScript says about each example, in the settings of the project: `src/core/rdd/rdd.ts:12: error TS2339: …`. One
 * program for all of them; each is a module of its own that exists in memory only.
 */
export function checkExampleTypes(root: string, examples: readonly CheckedExample[]): Map<DocExample, string[]> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  // An example imports types as it likes, and may declare what it does not use.
  Object.assign(options, { noUnusedLocals: false, verbatimModuleSyntax: false, isolatedModules: false });
  const texts = new Map<string, string>();
  const names = examples.map((e, i) => {
    // Beside the documented file, so that an example's own relative imports are found.
    const name = path.join(root, "src", path.dirname(e.example.file), `example-${i}.ts`).replaceAll("\\", "/");
    texts.set(name, moduleText(root, e));
    return name;
  });
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile } = host;
  host.fileExists = f => texts.has(f) || fileExists.call(host, f);
  host.readFile = f => texts.get(f) ?? readFile.call(host, f);
  const program = ts.createProgram(names, options, host);
  return new Map(
    examples.map(({ example }, i) => {
      const file = program.getSourceFile(names[i]!)!;
      const said = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [example, said.map(d => line(example, file, d))];
    }),
  );
}

function line(example: DocExample, file: ts.SourceFile, d: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(d.messageText, "\n");
  const quoted = file.text
    .slice(d.start ?? 0)
    .split("\n", 1)[0]!
    .trim();
  return `src/${example.file}:${example.line} (${example.symbol}): TS${d.code} ${text}\n    at: ${quoted}`;
}

function moduleText(root: string, { example, code, names }: CheckedExample): string {
  const from = path.posix.dirname(example.file);
  const to = (file: string) => {
    const relative = path.posix.relative(from, file).replace(/\.ts$/, ".js");
    return relative.startsWith(".") ? relative : `./${relative}`;
  };
  const helpers = path
    .relative(path.join(root, "src", from), path.join(root, "test/house/helpers"))
    .replaceAll("\\", "/");
  const streams = speaksOfStreams(example.file);
  const context = streams ? "ssc" : "sc";
  const scopeName = scopeNameOf(example.file);
  const parameters = new Set([...names.contexts, ...(names.scope.size > 0 ? ([context] as const) : [])]);
  return [
    code.importText,
    ...[...names.modules].map(([name, file]) => `import { ${name} } from "${to(file)}";`),
    ...[...parameters].map(
      p => `import type { ${CONTEXTS[p]} as $${p} } from "${p === "clock" ? "tspark/testing" : "tspark"}";`,
    ),
    `import { ${scopeName} as $scope } from "${helpers}/example-scope.js";`,
    `export async function $example(${[...parameters].map(p => `${p}: $${p}`).join(", ")}) {`,
    ...[...names.scope].map(name => `const ${name} = $scope.${name}(${context});`),
    `{ ${code.plain} } }`,
  ].join("\n");
}

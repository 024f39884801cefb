import { existsSync, readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import type ts from "typescript";
import { registerModule } from "../../core/closure/modules.js";
import { closureTransformer } from "../../transformer/transformer.js";
import { loopTurnsTransformer } from "../cells/loop-turns.js";
import { lineOf, placeOf } from "../cells/place.js";
import type { Finding } from "../check/finding.js";
import { missingImports } from "../check/missing-imports.js";
import { streamFindings } from "../check/stream-graph.js";
import { formatDiagnostic } from "../types/diagnostics.js";
import { findingHint, withoutConsequences, withoutDetails } from "../types/finding-hints.js";
import { findTypePaths } from "../types/package-paths.js";
import { loadTypeScript, type TypeScript } from "../types/typescript.js";
import { warningsOf } from "../types/warnings.js";
import { exportedNames } from "./api-names.js";
import { commonJsTransformer } from "./as-common-js.js";
import { AwaitingModules } from "./awaiting-modules.js";
import { importMetaTransformer, installImportMeta } from "./import-meta.js";
import { hookModules } from "./module-hook.js";
import { holdTransformer, installHold, PendingPromises } from "./pending-promises.js";
import { pathCandidates, projectOptions } from "./project-options.js";
import { compiledName, fileOfCompiled } from "./script-name.js";
import { globalDeclarations, installGlobals } from "./shell-globals.js";
import { isTsNodeError, loadTsNode, type TsNodeOptions, type TsNodeService } from "./ts-node.js";

export interface UserFilesOptions {
  /** The user's folder. */
  readonly directory: string;
  /** The exports of `tspark`. */
  readonly api: Readonly<Record<string, unknown>>;
  /** Live values of `sc`, `ssc`, `spark`. */
  readonly session: Record<string, unknown>;
  readonly transpileOnly: boolean;
  /** Takes what is likely wrong with a file that runs all the same: whole lines, without the last newline. */
  readonly warn: (text: string) => void;
  /** Called when stacks have got another formatter. */
  readonly stacksChanged: () => void;
}

/** A file of the user's has type errors: it was not run. `message` is what is shown. */
export class FileTypeError extends Error {}

/** A file ready to run: `start` runs it to its end. */
export interface RunnableFile {
  /** Packages it imports, which are to be loaded before. */
  readonly imports: readonly string[];
  start(): Promise<void>;
}

const WRAPPER = "(async function (exports, require, module, __filename, __dirname) {";

/**
 * `await` at the top level and `import.meta` are said to need ES modules: here they work all the same. The second row is about options
 * that do not go with CommonJS, to which every file is translated whatever its project says, and a package without types. The last is
 * about where a build would put its output, and options that the project's own compiler takes and tspark's has given up or is about to.
 */
const IGNORED_IN_FILES = [
  ...[1309, 1343, 1375, 1378, 1202, 1203, 1432, 1470],
  ...[5069, 5070, 5071, 5095, 5096, 5098, 5109, 5110, 7016],
  ...[5011, 5101, 5102, 5107, 5108],
];

/**
 * The user's own `.ts` and `.js` files, compiled by ts-node with closures marked. All run as CommonJS, whatever the folder's
 * package says, so that one instance of everything serves the files, the prompt and the closures.
 */
export class UserFiles {
  #service: Promise<TsNodeService> | undefined;
  #modules: AwaitingModules | undefined;
  readonly #undo: (() => void)[] = [];
  /** The program that was checked last. */
  #program: ts.Program | undefined;

  constructor(private readonly options: UserFilesOptions) {}

  /** Loads a file of the user's that the prompt or another file imports; resolves with what it exports. */
  async load(file: string): Promise<unknown> {
    await this.#ready();
    return this.#modules!.load(file);
  }

  /** Compiles a file that is to be run as a program, with the shell's names in scope. */
  async prepare(file: string): Promise<RunnableFile> {
    const service = await this.#ready();
    this.#undo.push(installGlobals(this.options.session, this.options.api));
    const { code, text } = this.#compile(service, file);
    return {
      imports: importsOf(service.ts, code, text).filter(name => this.#modules!.localFile(file, name) === undefined),
      start: () => {
        const pending = new PendingPromises();
        return pending.run(async () => {
          await this.#run(file, text, () => this.#modules!.loadImports(file), true);
        });
      },
    };
  }

  #compile(service: TsNodeService, file: string): { readonly code: string; readonly text: string } {
    const code = userCode(file);
    const name = compiledName(file);
    const text = `${WRAPPER}${service.compile(code, name)}\n})`;
    registerModule(name, { text, file: name, base: file });
    return { code, text };
  }

  /** Runs a file as an async function; resolves with what it exports. */
  async #run(file: string, text: string, loadImports: () => Promise<void>, isMain = false): Promise<unknown> {
    const body = new Script(text, { filename: compiledName(file) }).runInThisContext() as (
      ...args: unknown[]
    ) => Promise<void>;
    const module = new Module(file);
    module.filename = file;
    module.paths = createRequire(file).resolve.paths("x") ?? [];
    const require = Object.assign(createRequire(file), isMain ? { main: module } : {});
    require.cache[file] = module as NodeJS.Module;
    // Known before it runs to those that import it in a circle, who would copy what it exports so far.
    if (text.includes("__esModule")) Object.defineProperty(module.exports, "__esModule", { value: true });
    try {
      await loadImports();
      await body.call(module.exports, module.exports, require, module, file, path.dirname(file));
    } catch (error) {
      delete require.cache[file];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  /**
   * Checks the types of a file and of the files of the user's that it imports, then the streams they make as far as their text
   * tells, and runs none. Throws a `FileTypeError`.
   *
   * @param batchMs the batch of the shell's streaming context, ms
   */
  async check(file: string, batchMs = 1000): Promise<void> {
    const service = await this.#ready();
    const checked = new Set<string>();
    const wrong: string[] = [];
    const say = (name: string, { diagnostic }: Finding) => formatDiagnostic(diagnostic, this.#nameOf(name), 0);
    const check = (name: string) => {
      if (checked.has(name)) return;
      checked.add(name);
      const code = userCode(name);
      try {
        service.compile(code, compiledName(name));
      } catch (error) {
        if (!(error instanceof FileTypeError)) throw error;
        wrong.push(error.message);
      }
      const source = service.ts.createSourceFile(name, code, service.ts.ScriptTarget.Latest);
      wrong.push(...missingImports(service.ts, source, name).map(finding => say(name, finding)));
      for (const imported of this.#importedBy(service, name)) check(imported);
    };
    check(file);
    if (wrong.length > 0) throw new FileTypeError(wrong.join("\n"));
    const program = this.#program;
    if (program === undefined) return;
    const sources = [...checked].flatMap(name => program.getSourceFile(compiledName(name).replaceAll("\\", "/")) ?? []);
    const files = sources.map(source => ({ source, checker: program.getTypeChecker() }));
    const findings = streamFindings(service.ts, files, batchMs).map(finding => say(finding.source.fileName, finding));
    if (findings.length > 0) throw new FileTypeError(findings.join("\n"));
  }

  /** The user's own TypeScript files that a file imports by relative paths. */
  #importedBy(service: TsNodeService, file: string): string[] {
    const { ts } = service;
    return ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles.flatMap(({ fileName }) => {
      if (!/^\.{1,2}\//.test(fileName)) return [];
      const base = path.resolve(path.dirname(file), fileName);
      const stem = base.replace(/\.([cm]?)js$/, ".$1ts");
      const found = [base, stem, `${base}.ts`, `${base}.tsx`, path.join(base, "index.ts")].find(
        name => /\.[cm]?tsx?$/.test(name) && existsSync(name),
      );
      return found === undefined ? [] : [found];
    });
  }

  /** Takes away what was put into the global scope and into Node's loader. */
  dispose(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  #ready(): Promise<TsNodeService> {
    this.#service ??= this.#create();
    return this.#service;
  }

  async #create(): Promise<TsNodeService> {
    const { api, directory, transpileOnly } = this.options;
    const tsNode = await loadTsNode();
    const typescript = await loadTypeScript();
    const types = findTypePaths();
    const project = projectOptions(typescript, directory, types);
    const declarations = globalDeclarations(types.api, exportedNames(typescript, types.api), directory);
    const before = [
      closureTransformer(typescript, { importHelper: true }),
      importMetaTransformer(typescript),
      holdTransformer(typescript),
      loopTurnsTransformer(typescript),
      commonJsTransformer(typescript),
    ];
    installHold();
    let program: ts.Program | undefined;
    // ts-node translates a file twice where CommonJS is forced: it calls a function, and reads the object it is too.
    const withProgram = (checked: ts.Program) => {
      program = checked;
      this.#program = checked;
      return { before };
    };
    const options: TsNodeOptions = {
      cwd: directory,
      ...(project.project === undefined ? { skipProject: true } : { project: project.project }),
      transpileOnly,
      pretty: false,
      // The user's folder may hold a compiler that cannot be called from here.
      compiler: createRequire(import.meta.url).resolve("typescript"),
      compilerOptions: project.compilerOptions,
      ignoreDiagnostics: IGNORED_IN_FILES,
      experimentalResolver: true,
      experimentalTsImportSpecifiers: true,
      transformers: transpileOnly ? { before } : Object.assign(withProgram, { before }),
    };
    const service = this.#told(typescript, () => tsNode.create(options));
    // Its option `moduleTypes` takes patterns, which leave out folders whose names begin with a dot.
    service.moduleTypeClassifier.classifyModuleByModuleTypeOverrides = () => ({ moduleType: "cjs" });
    // tspark's own files are JavaScript already, whatever the project's options would make of it.
    const ignored = service.ignored.bind(service);
    const own = path.dirname(fileURLToPath(import.meta.url)) + path.sep;
    service.ignored = file => path.resolve(file).startsWith(own) || ignored(file);
    this.#modules = new AwaitingModules(typescript, (file, loadImports) => {
      return this.#run(file, this.#compile(service, file).text, loadImports);
    });
    const compile = service.compile.bind(service);
    service.compile = (code, file) => {
      const text = this.#told(typescript, () => compile(code, file));
      registerModule(file, { text, file });
      this.#warn(typescript, code, file, program);
      return text;
    };
    tsNode.register(service);
    installImportMeta();
    // ts-node takes over `error.stack`, to speak of the lines of the sources.
    this.options.stacksChanged();
    this.#undo.push(
      hookModules(api, specifier => pathCandidates(project.paths, specifier)),
      () => service.enabled(false),
    );
    if (!transpileOnly) for (const { file, text } of declarations) service.getTypeInfo(text, file, 0);
    return service;
  }

  /** What ts-node refuses, a file or the project's `tsconfig.json`, is a `FileTypeError` in the shell's own form. */
  #told<T>(typescript: TypeScript, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw isTsNodeError(error) ? new FileTypeError(this.#describe(typescript, error.diagnostics)) : error;
    }
  }

  /** Tells of closures that do something else than they seem to. */
  #warn(typescript: TypeScript, code: string, file: string, program: ts.Program | undefined): void {
    const checked = program?.getSourceFile(file.replaceAll("\\", "/"));
    const source = checked ?? typescript.createSourceFile(file, code, typescript.ScriptTarget.Latest, true);
    const checker = checked && program?.getTypeChecker();
    for (const warning of warningsOf(typescript, source, checker, code)) {
      this.options.warn(formatDiagnostic(warning, this.#nameOf(file), 0));
    }
  }

  /** A file's name in messages: short when it lies in the user's folder. */
  #nameOf(file: string): string {
    const own = fileOfCompiled(file);
    const relative = path.relative(this.options.directory, own);
    return relative.startsWith("..") ? own : relative;
  }

  #describe(typescript: TypeScript, diagnostics: readonly ts.Diagnostic[]): string {
    const files = new Set(diagnostics.map(d => d.file));
    const findings = [...files].flatMap(file => {
      const own = diagnostics.filter(d => d.file === file);
      return file === undefined ? own : withoutConsequences(typescript, file, own);
    });
    const said = new Set<string>();
    return findings
      .flatMap(d => {
        const hint = findingHint(typescript, [d], "file")?.hint;
        const line = this.#line(typescript, d, hint !== undefined);
        if (hint === undefined || said.has(hint)) return [line];
        said.add(hint);
        return [line, hint];
      })
      .join("\n");
  }

  #line(typescript: TypeScript, d: ts.Diagnostic, hasHint: boolean): string {
    const message = typescript.flattenDiagnosticMessageText(d.messageText, "\n");
    // Without a place: of the project's options.
    if (d.file === undefined || d.start === undefined) return `tsconfig.json - error TS${d.code}: ${message}`;
    const place = placeOf(d.file.text, d.start);
    const sourceLine = lineOf(d.file.text, place.line);
    const length = Math.max(1, Math.min(d.length ?? 1, sourceLine.length - place.column + 1));
    const found = { severity: "error", code: d.code, message, ...place, length, sourceLine } as const;
    return formatDiagnostic(hasHint ? withoutDetails(found) : found, this.#nameOf(d.file.fileName), 0);
  }
}

/** What is translated of a file: without what stands before it for editors and for the system. */
function userCode(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .replace(/^#!/, "//");
}

/** The modules a file imports by statements that are left when types are gone. */
function importsOf(typescript: TypeScript, code: string, emitted: string): string[] {
  const source = typescript.createSourceFile("file.ts", code, typescript.ScriptTarget.Latest);
  return source.statements.flatMap(statement => {
    const isImport = typescript.isImportDeclaration(statement) || typescript.isExportDeclaration(statement);
    const from = isImport ? statement.moduleSpecifier : undefined;
    if (from === undefined || !typescript.isStringLiteral(from)) return [];
    return emitted.includes(`require(${JSON.stringify(from.text)})`) ? [from.text] : [];
  });
}

import { isBuiltin } from "node:module";
import path from "node:path";

/**
 * Modules of Node that no other declaration needs, hardly a line imports and a quarter of Node's declarations are for: each
 * shell begins with what is declared at the start, so these come with the first import of them.
 */
const SELDOM = [
  "cluster",
  "dgram",
  "domain",
  "http2",
  "https",
  "inspector",
  "inspector/promises",
  "punycode",
  "repl",
  "sea",
  "sqlite",
  "test",
  "test/reporters",
  "trace_events",
  "v8",
  "wasi",
  "zlib",
] as const;

/** What stands for modules by their names, without an import: these need the declarations of all. */
const BY_NAME = /\bgetBuiltinModule\b/;

const REFERENCE = /^\/\/\/\s*<reference\s+path="([^"]+)\.d\.ts"\s*\/>.*$/gm;

/** Which of the declarations of `@types/node` a program has: those of {@link SELDOM} modules only from when they are needed. */
export class NodeTypes {
  readonly #folder: string;
  readonly #index: string;
  #files: ReadonlyMap<string, string> | undefined;
  #all = false;

  /**
   * @param typeRoot the folder that holds the package `node`
   * @param read the text of a file, undefined when there is none
   */
  constructor(
    typeRoot: string,
    private readonly read: (file: string) => string | undefined,
  ) {
    this.#folder = `${typeRoot.replaceAll("\\", "/")}/node/`;
    this.#index = `${this.#folder}index.d.ts`;
  }

  /** The first file of the package, which lists the others. */
  isIndex(file: string): boolean {
    return file === this.#index;
  }

  /** Changes when the list of files does. */
  get version(): string {
    return this.#all ? "all" : "usual";
  }

  /** The list of files, as the program is to see it. */
  indexText(): string | undefined {
    const text = this.read(this.#index);
    if (this.#all) return text;
    const left = new Set(this.#seldom().values());
    return text?.replace(REFERENCE, (line, stem: string) => (left.has(`${this.#folder}${stem}.d.ts`) ? "" : line));
  }

  /** From now on everything is declared when `text` gets at modules by their names. */
  see(text: string): void {
    if (BY_NAME.test(text)) this.needAll();
  }

  /** From now on everything is declared. */
  needAll(): void {
    this.#all = true;
  }

  /** The file that an import from `file` brings into the program: of a module that is declared only then. */
  declarationOf(module: string, file: string): string | undefined {
    if (this.#all || !isBuiltin(module) || file.replaceAll("\\", "/").startsWith(this.#folder)) return undefined;
    return this.#seldom().get(module.replace(/^node:/, ""));
  }

  /** Files by module: a version of the package that has other ones declares everything at the start. */
  #seldom(): ReadonlyMap<string, string> {
    if (this.#files !== undefined) return this.#files;
    const listed = [...(this.read(this.#index) ?? "").matchAll(REFERENCE)].map(([, stem]) => stem!);
    const files = new Map<string, string>();
    for (const module of SELDOM) {
      const names = [
        module,
        `${module}.generated`,
        path.posix.dirname(module),
        `${path.posix.dirname(module)}.generated`,
      ];
      const stem = names.find(name => listed.includes(name));
      if (stem !== undefined) files.set(module, `${this.#folder}${stem}.d.ts`);
    }
    this.#files = files;
    return files;
  }
}

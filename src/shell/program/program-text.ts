import path from "node:path";
import type ts from "typescript";
import { LAST_SHOWN } from "../cells/names.js";
import { prepare } from "../cells/prepare.js";
import type { SessionInput } from "../evaluation.js";
import type { CellBinding, CellStatement } from "../types/type-service.js";
import type { TypeScript } from "../types/typescript.js";
import { type NameUse, parseTexts } from "./name-uses.js";

export interface ProgramOptions {
  /** What ran to its end, in order. */
  readonly inputs: readonly SessionInput[];
  /** Names that `tspark` exports, and those of them that exist at run time. */
  readonly api: { readonly names: ReadonlySet<string>; readonly values: ReadonlySet<string> };
  /** Name of the application. */
  readonly appName: string;
  readonly master: string;
  /** The batch of the streaming context, ms. */
  readonly batchMs: number;
  /** The folder relative imports start from, and that of the program. */
  readonly directory: string;
  readonly targetDirectory: string;
}

/** A declaration in force: under which name the program knows it. */
interface Declared {
  readonly binding: Pick<CellBinding, "value" | "isType">;
  name: string;
  /** The text of the import it comes from. */
  readonly importText?: string;
  used: boolean;
}

/** A statement of the program, with the names that are still to be put in. */
interface Piece {
  readonly statement: CellStatement | undefined;
  readonly node: ts.Statement;
  readonly text: string;
  readonly uses: readonly { readonly use: NameUse; readonly target: Declared | undefined }[];
  readonly declares: readonly Declared[];
  readonly result: Declared | undefined;
}

/** The first line of every saved program. */
export const MARK = "// A session of tspark-shell.";

/**
 * The inputs of a session as one program that runs on its own. What was declared again keeps its older self under another
 * name (`f_1`), as long as something uses it; results are constants where they were used later.
 */
export function programText(typescript: TypeScript, options: ProgramOptions): string {
  const pieces = collect(typescript, options);
  const session = new Set<string>();
  const imported = new Set<string>();
  const kept = pieces.filter(piece => !isSuperseded(piece));
  for (const { uses } of kept) {
    for (const { use, target } of uses) {
      if (target !== undefined || use.own) continue;
      if (["sc", "ssc", "spark"].includes(use.name)) session.add(use.name);
      else if (options.api.names.has(use.name)) imported.add(use.name);
    }
  }
  const lastStreams = kept.findLastIndex(({ uses }) => uses.some(isStreams));
  const body = kept.flatMap((piece, i) => {
    const text = render(typescript, piece, options);
    const renewed = stopsStreams(piece) && i < lastStreams ? [renewStreams(options)] : [];
    return text === "" ? renewed : [text, ...renewed];
  });
  const assigned = (name: string) => body.some(text => new RegExp(`(?<![.\\w$])${name}\\s*=(?!=)`).test(text));
  const keepsContext = kept.some(stopsStreams);
  return [...head(session, imported, assigned, keepsContext, options), ...body, ...tail(session, body), ""].join("\n");
}

function collect(typescript: TypeScript, { inputs }: ProgramOptions): Piece[] {
  const parsed = parseTexts(
    typescript,
    inputs.map(input => prepare(typescript, input.text).text),
  );
  const env = new Map<string, Declared[]>();
  const taken = new Set(parsed.flatMap(({ uses }) => uses.map(use => use.name)));
  const pieces: Piece[] = [];
  let last: Declared | undefined;
  const declare = (name: string, declared: Declared) => {
    const others = (env.get(name) ?? []).filter(other => {
      const clash =
        (other.binding.value && declared.binding.value) || (other.binding.isType && declared.binding.isType);
      if (clash) other.name = freeName(name, taken);
      return !clash;
    });
    env.set(name, [...others, declared]);
  };
  parsed.forEach(({ source, uses }, i) => {
    const { statements, results } = inputs[i]!;
    // Functions are hoisted and statements may use what stands below: all of an input's names are there from its beginning.
    const before = new Map(env);
    const lastBefore = last;
    const own = new Map<string, Declared[]>();
    // TypeScript merges a class with an interface, a function with a namespace: one input has one thing of that name then.
    const whole = new Set(
      statements.flatMap(s =>
        s.kind === "define" ? s.bindings.filter(b => b.value && b.isType).map(b => b.name) : [],
      ),
    );
    const found = source.statements.map((node, k) => {
      const statement = statements[k];
      const declares: Declared[] = [];
      const text = node.getText(source);
      if (statement?.kind === "declare" || statement?.kind === "define") {
        for (const binding of statement.bindings) {
          const importText = binding.kind === "import" ? text : undefined;
          const same = importText && before.get(binding.name)?.find(d => d.importText === importText);
          const declared: Declared = same || {
            binding: whole.has(binding.name) ? { value: true, isType: true } : binding,
            name: binding.name,
            used: false,
            ...(importText ? { importText } : {}),
          };
          const list = own.get(binding.name) ?? [];
          // Overloads and merged declarations are one.
          const merged = list.find(
            ({ binding: { value, isType } }) => value === declared.binding.value && isType === declared.binding.isType,
          );
          declares.push(merged ?? declared);
          if (!merged) own.set(binding.name, [...list, declared]);
          if (!same && !merged) declare(binding.name, declared);
        }
      }
      const shown = statement?.kind === "expression" && results.find(r => r.slot === statement.slot);
      const result = shown ? { binding: { value: true, isType: false }, name: shown.name, used: false } : undefined;
      if (result && shown) declare(shown.name, result);
      if (statement?.kind === "declare" && declares.length > 0) last = declares.at(-1);
      else if (statement?.kind === "assign") {
        const name = statement.targets.at(-1)?.name;
        last = (name === undefined ? undefined : (own.get(name) ?? env.get(name))?.at(-1)) ?? last;
      } else if (result) last = result;
      return { statement, node, declares, result };
    });
    const resolve = (use: NameUse): Declared | undefined => {
      const meant = ({ binding }: Declared) =>
        use.meaning === "any" || (use.meaning === "type" ? binding.isType : binding.value);
      const here = use.own ? own.get(use.name)?.findLast(meant) : undefined;
      if (here !== undefined) return here;
      if (use.name === LAST_SHOWN || (use.name === "_" && !before.has("_"))) return lastBefore;
      return before.get(use.name)?.findLast(meant);
    };
    for (const { statement, node, declares, result } of found) {
      const from = node.getStart(source);
      const inside = uses.filter(use => use.start >= from && use.end <= node.end);
      const placed = inside.map(use => ({
        use: { ...use, start: use.start - from, end: use.end - from },
        target: resolve(use),
      }));
      for (const { use, target } of placed) if (target && !(use.own && declares.includes(target))) target.used = true;
      const repeated =
        declares.length > 0 &&
        declares.every(d => pieces.some(p => p.declares.includes(d) && p.node.parent !== source));
      if (!repeated) pieces.push({ statement, node, text: node.getText(source), uses: placed, declares, result });
    }
  });
  return pieces;
}

/** `name_1`, or the next that nobody uses. */
function freeName(name: string, taken: Set<string>): string {
  let n = 1;
  while (taken.has(`${name}_${n}`)) n++;
  taken.add(`${name}_${n}`);
  return `${name}_${n}`;
}

/** Whether a declaration was replaced by a later one before anything used it, and does nothing itself. */
function isSuperseded({ statement, declares }: Piece): boolean {
  if (statement?.kind !== "declare" && statement?.kind !== "define") return false;
  const pure = statement.bindings.every(b => ["function", "interface", "type", "import"].includes(b.kind));
  return pure && declares.length > 0 && declares.every((d, i) => !d.used && d.name !== statement.bindings[i]!.name);
}

function render(typescript: TypeScript, piece: Piece, options: ProgramOptions): string {
  const { node, statement, result } = piece;
  const text = unexported(typescript, withImportPath(typescript, named(piece), node, options), node);
  if (text === "") return "";
  if (statement?.kind !== "expression" || !typescript.isExpressionStatement(node)) return ended(typescript, text, node);
  const expression = text.replace(/;\s*$/, "");
  const awaited = awaitOf(typescript, node.expression, expression);
  if (result?.used) return `const ${result.name} = ${awaited};`;
  // Looking at a value does nothing.
  return typescript.isIdentifier(node.expression) ? "" : `${awaited};`;
}

/** The text with the names as the program knows them. */
function named({ text, uses }: Piece): string {
  let out = "";
  let at = 0;
  for (const { use, target } of uses) {
    if (target === undefined || target.name === use.name) continue;
    const name = {
      plain: target.name,
      property: `${use.name}: ${target.name}`,
      alias: `${use.name} as ${target.name}`,
    };
    out += text.slice(at, use.start) + name[use.form];
    at = use.end;
  }
  return out + text.slice(at);
}

/** Nobody imports a program, and one that was typed may export the same names again and again. Empty where nothing is left. */
function unexported(t: TypeScript, text: string, node: ts.Statement): string {
  if (t.isEmptyStatement(node)) return "";
  if (t.isExportDeclaration(node)) return node.moduleSpecifier ? text : "";
  // In brackets: an object is no block.
  if (t.isExportAssignment(node)) return `(${text.replace(/^export\s+default\s+|^export\s*=\s*|;\s*$/g, "")})`;
  const isDeclared = (t.isFunctionDeclaration(node) || t.isClassDeclaration(node)) && node.name !== undefined;
  return isDeclared ? text.replace(/^export\s+default\s+/, "") : text;
}

/** An expression as the shell took it: a promise is awaited. */
function awaitOf(t: TypeScript, expression: ts.Expression, text: string): string {
  let e = expression;
  while (t.isParenthesizedExpression(e)) e = e.expression;
  const call = t.isCallExpression(e) ? e.expression : undefined;
  const onConsole = call && t.isPropertyAccessExpression(call) && call.expression.getText() === "console";
  const plain =
    onConsole ||
    t.isAwaitExpression(e) ||
    t.isLiteralExpression(e) ||
    t.isTemplateExpression(e) ||
    t.isArrayLiteralExpression(e) ||
    t.isObjectLiteralExpression(e) ||
    t.isFunctionLike(e) ||
    t.isPrefixUnaryExpression(e) ||
    t.isPostfixUnaryExpression(e) ||
    t.isTypeOfExpression(e) ||
    t.isBinaryExpression(e);
  if (plain) return text;
  return t.isCallExpression(expression) || t.isPropertyAccessExpression(expression) || t.isIdentifier(expression)
    ? `await ${text}`
    : `await (${text})`;
}

/** A statement with the semicolon without which the next line might go on with it. */
function ended(t: TypeScript, text: string, node: ts.Statement): string {
  const closed =
    text.endsWith(";") ||
    t.isFunctionDeclaration(node) ||
    t.isClassDeclaration(node) ||
    t.isInterfaceDeclaration(node) ||
    t.isEnumDeclaration(node) ||
    t.isModuleDeclaration(node) ||
    (text.endsWith("}") &&
      !t.isVariableStatement(node) &&
      !t.isTypeAliasDeclaration(node) &&
      !t.isExpressionStatement(node));
  return closed ? text : `${text};`;
}

/** A relative import as the program's own folder sees it. */
function withImportPath(t: TypeScript, text: string, node: ts.Statement, options: ProgramOptions): string {
  if (!t.isImportDeclaration(node) || !t.isStringLiteral(node.moduleSpecifier)) return text;
  const specifier = node.moduleSpecifier.text;
  if (!/^\.{1,2}\//.test(specifier) || options.directory === options.targetDirectory) return text;
  const relative = path.relative(options.targetDirectory, path.resolve(options.directory, specifier));
  const shown = relative.startsWith(".") ? relative : `./${relative}`;
  // A function: what a text puts in place may hold "$".
  return text.replace(node.moduleSpecifier.getText(), () => JSON.stringify(shown));
}

const isStreams = ({ use, target }: Piece["uses"][number]): boolean =>
  use.name === "ssc" && target === undefined && !use.own;

/** Whether a statement stops the session's streaming context. */
const stopsStreams = ({ uses, text }: Piece): boolean =>
  uses.some(it => isStreams(it) && /^\s*[!?]?\.\s*stop\s*\(/.test(text.slice(it.use.end)));

/** What the shell does when its streaming context has stopped. */
function renewStreams({ batchMs }: ProgramOptions): string {
  return `if (ssc.getState() === "STOPPED") ssc = new StreamingContext(sc, Milliseconds(${batchMs}));`;
}

function head(
  session: ReadonlySet<string>,
  used: ReadonlySet<string>,
  assigned: (name: string) => boolean,
  keepsContext: boolean,
  { api, appName, master, batchMs }: ProgramOptions,
): string[] {
  const names = new Set(used);
  const lines: string[] = [];
  const keyword = (name: string) => (assigned(name) ? "let" : "const");
  if (session.size > 0) {
    for (const name of ["SparkConf", "SparkContext"]) names.add(name);
    const settings = [
      `.setIfMissing("spark.master", ${JSON.stringify(master)}).setIfMissing("spark.app.name", ${JSON.stringify(appName)})`,
      // As in the shell, sc outlives the streams.
      ...(keepsContext ? [`.setIfMissing("spark.streaming.stopSparkContextByDefault", "false")`] : []),
    ];
    lines.push(`${keyword("sc")} sc = SparkContext.getOrCreate(`, `  new SparkConf()${settings.join("\n    ")},`, ");");
  }
  if (session.has("ssc")) {
    for (const name of ["Milliseconds", "StreamingContext"]) names.add(name);
    lines.push(`${keyword("ssc")} ssc = new StreamingContext(sc, Milliseconds(${batchMs}));`);
  }
  if (session.has("spark")) {
    names.add("SparkSession");
    lines.push(`${keyword("spark")} spark = SparkSession.builder().getOrCreate();`);
  }
  const list = [...names].sort().map(name => (api.values.has(name) ? name : `type ${name}`));
  const imports = list.length === 0 ? [] : [`import { ${list.join(", ")} } from "tspark";`, ""];
  // Without an import or an export it would be no module, and might not await.
  const module = list.length === 0 ? ["export {};", ""] : [];
  return [MARK, ...imports, ...module, ...lines, ...(lines.length > 0 ? [""] : [])];
}

function tail(session: ReadonlySet<string>, body: readonly string[]): string[] {
  if (session.size === 0) return [];
  const starts = session.has("ssc") && body.some(text => /\.start\s*\(/.test(text));
  return [
    "",
    ...(starts ? ['if (ssc.getState() === "ACTIVE") await ssc.awaitTermination();'] : []),
    "if (!sc.isStopped) await sc.stop();",
  ];
}

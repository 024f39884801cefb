import type ts from "typescript";
import { analyse } from "../cells/analyse.js";
import { CURRENT, LAST_SHOWN, type NameTable } from "../cells/names.js";
import { prepare } from "../cells/prepare.js";
import type { CellHost } from "./cell-host.js";
import { isModuleName, namesModules } from "./module-names.js";
import type { Completions } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/** What completions ask of the type service. */
export interface CompletionSession {
  readonly ts: TypeScript;
  readonly host: CellHost;
  readonly service: ts.LanguageService;
  readonly names: NameTable;
  /** The line that brings these names of the session into a cell. */
  header(used: ReadonlySet<string>): string;
}

/** What fits where the cursor is in a text, without what the session keeps to itself. */
export function completionsAt(session: CompletionSession, text: string, cursor: number): Completions {
  const { ts, host, service, names } = session;
  const prepared = prepare(ts, text);
  // A line that begins with a dot has the value before it; a brace stays what it is while it is being typed.
  const shift = prepared.text.startsWith(LAST_SHOWN) ? LAST_SHOWN.length : 0;
  const body = shift > 0 ? prepared.text : text;
  const used = analyse(ts, body).used;
  const header = session.header(used);
  if (namesModules(body)) host.declareAllOfNode();
  host.write(CURRENT, `${header}\n${body}`);
  const at = header.length + 1 + shift + cursor;
  const found = service.getCompletionsAtPosition(host.fileOf(CURRENT), at, {});
  const string = stringBefore(session, at);
  const start = cursor - (string ?? /[\w$]*$/.exec(text.slice(0, cursor))![0]).length;
  const word = text.slice(start, cursor);
  // In a string TypeScript names what stands in the place of its whole content, or what follows the last slash of a path.
  const leading = ({ replacementSpan: span }: ts.CompletionEntry) => {
    if (string === undefined) return "";
    return word.slice(0, span ? Math.max(0, span.start - at + word.length) : word.lastIndexOf("/") + 1);
  };
  const items = new Map<string, { name: string; kind: string; sort: string }>();
  // Of an unknown name, or a value of the type `any`, TypeScript tells no members: nothing else stands behind the dot either.
  const isMember = found?.isMemberCompletion ?? /(?:^|[^.])\.\s*$/.test(text.slice(0, start));
  if (!isMember && string === undefined) {
    for (const name of names.visible()) items.set(name, { name, kind: "name", sort: "0" });
  }
  // TypeScript looks for packages in the folders above the cell's, where tspark is not.
  if (string !== undefined && isModuleName(text, start)) {
    for (const name of host.ownModules()) items.set(name, { name, kind: "module", sort: "0" });
  }
  for (const e of found?.entries ?? []) {
    if (e.name.startsWith("__tspark_") || (e.name.startsWith("$") && word === "")) continue;
    const name = leading(e) + e.name;
    if (!items.has(name)) items.set(name, { name, kind: e.kind, sort: e.sortText });
  }
  const fitting = [...items.values()]
    .filter(i => i.name.startsWith(word) && i.name !== LAST_SHOWN)
    .sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : a.name < b.name ? -1 : 1));
  return { start, items: fitting.map(({ name, kind }) => ({ name, kind })) };
}

/** What stands before a place of the current cell in the string, or text of a template, there; `undefined` where none is. */
function stringBefore({ ts, host, service }: CompletionSession, at: number): string | undefined {
  const file = service.getProgram()?.getSourceFile(host.fileOf(CURRENT));
  let node: ts.Node | undefined = file;
  let inner: ts.Node | undefined;
  while (node) {
    inner = node;
    node = node.forEachChild(child => (child.pos < at && at <= child.end ? child : undefined));
  }
  if (!file || !inner || inner.getStart(file) >= at) return undefined;
  const { isStringLiteralLike, isTemplateHead, isTemplateMiddleOrTemplateTail } = ts;
  if (!isStringLiteralLike(inner) && !isTemplateHead(inner) && !isTemplateMiddleOrTemplateTail(inner)) return undefined;
  if (at === inner.end && !inner.isUnterminated) return undefined;
  return file.text.slice(inner.getStart(file) + 1, at);
}

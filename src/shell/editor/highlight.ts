/** What a piece of the input is, as far as its colour goes. */
export type Style = "keyword" | "string" | "number" | "regexp" | "comment" | "command" | "match" | "suggestion";

/** A piece of a text that has a style: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** Longer texts are not coloured: colours may not make typing slow. */
const LONGEST = 20_000;

const KEYWORDS = new Set(
  (
    "async await break case catch class const continue debugger default delete do else enum export extends false finally for " +
    "function if import in instanceof let new null return static super switch this throw true try typeof undefined using var void " +
    "while with yield"
  ).split(" "),
);

/** Words that are keywords only where a name or a bracket follows. */
const CONTEXTUAL = new Set(
  "abstract as asserts declare from get implements infer interface is keyof module namespace of override private protected public readonly satisfies set type unique".split(
    " ",
  ),
);

/** Keywords behind which a `/` begins a regular expression. */
const BEFORE_EXPRESSION = new Set(
  "await case delete do else in instanceof new of return throw typeof void yield".split(" "),
);

const SPACE = /\s+/y;
const LINE_COMMENT = /\/\/.*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y;
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)n?/y;
const NAME = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const REGEXP = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const COMMAND = /\s*:\s*[^\s]*/y;
const FOLLOWS_CONTEXTUAL = /[ \t]+[\p{ID_Start}$_{["'*]/uy;

/**
 * The pieces of an input that have colours, in their order. A scanner of a few patterns, since TypeScript's own is not loaded in
 * the prompt's process; where the two differ a colour is wrong, nothing else.
 *
 * @example
 * highlight("let a"); // [{ start: 0, end: 3, style: "keyword" }]
 */
export function highlight(text: string): Span[] {
  const spans: Span[] = [];
  if (text.length > LONGEST) return spans;
  let at = 0;
  /** How deep in braces each open `${` of a template is. */
  const templates: number[] = [];
  let depth = 0;
  /** Whether a value has just ended, so that a slash divides. */
  let value = false;
  let afterDot = false;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] || undefined;
  };
  const take = (length: number, style?: Style) => {
    if (style) spans.push({ start: at, end: at + length, style });
    at += length;
  };
  const template = (opening: number) => {
    TEMPLATE.lastIndex = at + opening;
    const body = TEMPLATE.exec(text)![0].length;
    const end = at + opening + body;
    if (text.startsWith("${", end)) {
      take(opening + body + 2, "string");
      templates.push(depth);
      value = false;
    } else {
      take(Math.min(opening + body + 1, text.length - at), "string");
      value = true;
    }
  };
  const command = match(COMMAND);
  if (command !== undefined) take(command.length, "command");
  while (at < text.length) {
    const c = text[at]!;
    const wasAfterDot: boolean = afterDot;
    afterDot = false;
    let piece: string | undefined;
    if ((piece = match(SPACE))) {
      afterDot = wasAfterDot;
      take(piece.length);
    } else if (c === "/" && (piece = match(LINE_COMMENT) ?? match(BLOCK_COMMENT))) take(piece.length, "comment");
    else if (c === "/" && !value && (piece = match(REGEXP))) {
      take(piece.length, "regexp");
      value = true;
    } else if ((c === "'" || c === '"') && (piece = match(STRING))) {
      take(piece.length, "string");
      value = true;
    } else if (c === "`") template(1);
    else if (c === "}" && templates.at(-1) === depth) {
      templates.pop();
      template(1);
    } else if (((c >= "0" && c <= "9") || c === ".") && (piece = match(NUMBER))) {
      take(piece.length, "number");
      value = true;
    } else if ((piece = match(NAME))) {
      const keyword = !wasAfterDot && isKeyword(text, piece, at);
      take(piece.length, keyword ? "keyword" : undefined);
      value = !(keyword && BEFORE_EXPRESSION.has(piece));
    } else {
      if (c === "{") depth++;
      else if (c === "}") depth--;
      // `...` is no access to a member.
      afterDot = c === "." && text[at - 1] !== ".";
      value = c === ")" || c === "]" || c === "}";
      take(text.codePointAt(at)! > 0xffff ? 2 : 1);
    }
  }
  return spans;
}

function isKeyword(text: string, name: string, at: number): boolean {
  if (KEYWORDS.has(name))
    return !/^\s*:(?!:)/.test(text.slice(at + name.length, at + name.length + 20)) || name === "default";
  if (!CONTEXTUAL.has(name)) return false;
  FOLLOWS_CONTEXTUAL.lastIndex = at + name.length;
  return FOLLOWS_CONTEXTUAL.test(text);
}

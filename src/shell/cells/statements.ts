import type ts from "typescript";
import type { Completeness } from "../types/type-service.js";
import type { TypeScript } from "../types/typescript.js";

/** Errors about a literal that was left open: another line does not mend them. */
const LITERAL_ERRORS = new Set([1002, 1124, 1125, 1127, 1161, 1177, 1178, 1198, 1199, 6188, 6189]);
/** Unterminated template, unterminated comment. */
const OPEN_ERRORS = new Set([1160, 1010]);

/** Punctuation that no statement begins with, so that a line which does goes on with the one before. */
const CONTINUES =
  /^(?:\?\.|\.(?![\d.])|\?|&&|\|\||[|&^%*](?!\*?\/)|=|>|,|(?:else|catch|finally|instanceof|in)(?![\w$]))/;

/**
 * Whether `text` can run as it stands, needs more lines, or holds nothing. What is wrong in the middle is complete: more
 * lines would not mend it.
 */
export function completeness(typescript: TypeScript, text: string): Completeness {
  if (/^\s*$/.test(text)) return "empty";
  const source = parse(typescript, text);
  const errors = source.parseDiagnostics;
  if (errors.length === 0) {
    const last = source.statements.at(-1);
    if (last === undefined) return "empty";
    return isSignature(typescript, last) || endsInComma(typescript, last) ? "open" : "complete";
  }
  const first = errors.reduce((a, b) => (b.start < a.start ? b : a));
  if (OPEN_ERRORS.has(first.code)) return "open";
  // What is missing after the last token (comments behind it do not count) may come on the next line.
  const end = Math.min(source.text.trimEnd().length, source.endOfFileToken.getFullStart());
  return first.start >= end && !LITERAL_ERRORS.has(first.code) ? "open" : "complete";
}

/**
 * Where the statement (or the line of statements) that begins at `from` ends: after the newline of the line on which it is
 * complete, unless the next line goes on with it. A line that begins with `:` is a command and stands alone.
 *
 * `"more"`: what is there is open, or may go on on a line that has not come yet. With `final`, no line is waited for.
 */
export function nextStatement(
  typescript: TypeScript,
  text: string,
  from: number,
  final: boolean,
): { readonly end: number } | "more" {
  const begin = skipBlank(text, from);
  if (begin === undefined) return "more";
  if (begin >= text.length) return final ? { end: text.length } : "more";
  if (text[begin] === ":") {
    const end = lineEnd(text, begin);
    return end !== undefined ? { end } : final ? { end: text.length } : "more";
  }
  for (const end of closedLineEnds(typescript, text, begin, final)) {
    const unit = text.slice(begin, end);
    if (completeness(typescript, unit) !== "complete") continue;
    const next = skipBlank(text, end);
    if (next === undefined || next >= text.length) return final ? { end } : "more";
    if (isHeld(text, next, final)) return "more";
    if (!CONTINUES.test(text.slice(next, next + 12))) return { end };
  }
  // The bracket count may be misled (a regular expression after a parenthesis): the parser has the last word.
  if (final && completeness(typescript, text.slice(begin)) === "complete") return { end: text.length };
  return "more";
}

/** Every statement end in `text`, in order; see {@link nextStatement}. */
export function statementEnds(typescript: TypeScript, text: string, final: boolean): number[] {
  const ends: number[] = [];
  for (let from = 0; from < text.length; ) {
    const next = nextStatement(typescript, text, from, final);
    if (next === "more") break;
    ends.push(next.end);
    from = next.end;
  }
  return ends;
}

/** `parseDiagnostics` is what `getSyntacticDiagnostics` would give, without a program. */
type ParsedSource = ts.SourceFile & { readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[] };

function parse(typescript: TypeScript, text: string): ParsedSource {
  // A line that begins with a dot goes on from the last result.
  const whole = /^\s*\??\.(?![\d.])/.test(text) ? `_${text.trimStart()}` : text;
  return typescript.createSourceFile("input.ts", whole, typescript.ScriptTarget.Latest, true) as ParsedSource;
}

/** `function f(a: string): string` without a body: an overload, or a brace that comes on the next line. */
function isSignature(typescript: TypeScript, statement: ts.Statement): boolean {
  return (
    typescript.isFunctionDeclaration(statement) &&
    statement.body === undefined &&
    !statement.modifiers?.some(m => m.kind === typescript.SyntaxKind.DeclareKeyword)
  );
}

/** `const a = 1,`: no error to the parser, but another declaration is to follow. */
function endsInComma(typescript: TypeScript, statement: ts.Statement): boolean {
  if (!typescript.isVariableStatement(statement)) return false;
  const { declarations } = statement.declarationList;
  return declarations.hasTrailingComma === true && statement.end === declarations.end;
}

function lineEnd(text: string, from: number): number | undefined {
  const at = text.indexOf("\n", from);
  return at < 0 ? undefined : at + 1;
}

/** Offset of the first thing that is neither blank nor comment; undefined inside a comment that is still open. */
function skipBlank(text: string, from: number): number | undefined {
  const blank = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
  let at = from;
  for (;;) {
    blank.lastIndex = at;
    const found = blank.exec(text);
    if (found === null) break;
    at = blank.lastIndex;
  }
  return text.startsWith("/*", at) ? undefined : at;
}

/** A word or sign at the very end of the text may be the beginning of one that continues. */
function isHeld(text: string, at: number, final: boolean): boolean {
  return !final && !text.includes("\n", at) && text.length - at < 12;
}

/** Ends of lines, from `from` on, at which no bracket, template or comment is open. */
function* closedLineEnds(typescript: TypeScript, text: string, from: number, final: boolean): Generator<number> {
  const K = typescript.SyntaxKind;
  const scanner = typescript.createScanner(typescript.ScriptTarget.Latest, false, undefined, text, undefined, from);
  // Depths at which a template's substitution began.
  const templates: number[] = [];
  let depth = 0;
  let before: ts.SyntaxKind = K.Unknown;
  for (;;) {
    let token = scanner.scan();
    if ((token === K.SlashToken || token === K.SlashEqualsToken) && !endsOperand(typescript, before)) {
      token = scanner.reScanSlashToken();
    } else if (token === K.CloseBraceToken && templates.at(-1) === depth) {
      token = scanner.reScanTemplateToken(false);
      if (token === K.TemplateTail) {
        templates.pop();
        depth--;
      }
    }
    switch (token) {
      case K.EndOfFileToken:
        if (final && depth <= 0) yield text.length;
        return;
      case K.NewLineTrivia:
        if (depth <= 0) yield scanner.getTokenEnd();
        continue;
      case K.WhitespaceTrivia:
      case K.SingleLineCommentTrivia:
      case K.MultiLineCommentTrivia:
        continue;
      case K.OpenBraceToken:
      case K.OpenParenToken:
      case K.OpenBracketToken:
        depth++;
        break;
      case K.CloseBraceToken:
      case K.CloseParenToken:
      case K.CloseBracketToken:
        depth--;
        break;
      case K.TemplateHead:
        depth++;
        templates.push(depth);
        break;
    }
    before = token;
  }
}

/** After such a token a slash divides; after any other it begins a regular expression. */
function endsOperand(typescript: TypeScript, token: ts.SyntaxKind): boolean {
  const K = typescript.SyntaxKind;
  switch (token) {
    case K.Identifier:
    case K.PrivateIdentifier:
    case K.NumericLiteral:
    case K.BigIntLiteral:
    case K.StringLiteral:
    case K.RegularExpressionLiteral:
    case K.NoSubstitutionTemplateLiteral:
    case K.TemplateTail:
    case K.CloseParenToken:
    case K.CloseBracketToken:
    case K.CloseBraceToken:
    case K.PlusPlusToken:
    case K.MinusMinusToken:
    case K.ThisKeyword:
    case K.SuperKeyword:
    case K.NullKeyword:
    case K.TrueKeyword:
    case K.FalseKeyword:
      return true;
    default:
      // Words that are keywords elsewhere but names here: `of`, `type`, `get` …
      return token > K.LastFutureReservedWord && token <= K.LastKeyword;
  }
}

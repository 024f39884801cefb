import { E } from "./errors.js";

/** Whether a path has characters that make it a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path.replace(/\\[\s\S]/g, ""));
}

/**
 * Splits a list of paths at its commas, but not within `{…}`.
 *
 * @example
 * splitPathList("a,b/{c,d}"); // ["a", "b/{c,d}"]
 */
export function splitPathList(list: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < list.length; i++) {
    const c = list[i];
    if (c === "\\") i++;
    else if (c === "{") depth++;
    else if (c === "}") depth = Math.max(0, depth - 1);
    else if (c === "," && depth === 0) {
      out.push(list.slice(from, i));
      from = i + 1;
    }
  }
  out.push(list.slice(from));
  return out;
}

/**
 * Writes out the `{…}` of a pattern that hold a `/`, since what follows goes name by name; others stay for
 * {@link globToRegExp}.
 *
 * @example
 * expandBraces("/{a/b,c}/{d,e}"); // ["/a/b/{d,e}", "/c/{d,e}"]
 */
export function expandBraces(pattern: string): string[] {
  for (const { open, close } of bracesOf(pattern)) {
    const inside = pattern.slice(open + 1, close);
    if (!inside.includes("/")) continue;
    const [before, after] = [pattern.slice(0, open), pattern.slice(close + 1)];
    return splitPathList(inside).flatMap(choice => expandBraces(before + choice + after));
  }
  return [pattern];
}

/** The outermost `{…}` of a pattern. */
function bracesOf(pattern: string): { open: number; close: number }[] {
  const out: { open: number; close: number }[] = [];
  let depth = 0;
  let open = -1;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "\\") i++;
    else if (c === "{" && depth++ === 0) open = i;
    else if (c === "}" && depth > 0 && --depth === 0) out.push({ open, close: i });
  }
  if (depth > 0) throw E.BAD_GLOB(pattern, "a { has no }");
  return out;
}

/**
 * The expression that one name of a path has to match: `*` any characters, `?` one, `[abc]` and `[a-c]` one of them,
 * `[^a]` and `[!a]` one that is not, `{x,y}` either, `\c` the character itself. Hadoop's patterns; `**` is nothing more
 * than `*`.
 *
 * @example
 * globToRegExp("part-[0-9]*").test("part-00000"); // true
 */
export function globToRegExp(pattern: string): RegExp {
  let out = "";
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "\\" && i + 1 < pattern.length) out += literal(pattern[++i]!);
    else if (c === "*") out += "[^/]*";
    else if (c === "?") out += "[^/]";
    else if (c === "{") {
      out += "(?:";
      depth++;
    } else if (c === "}" && depth > 0) {
      out += ")";
      depth--;
    } else if (c === "," && depth > 0) out += "|";
    else if (c === "[") {
      const set = /^\[([!^]?)((?:\\[\s\S]|[^\]\\])+)\]/.exec(pattern.slice(i));
      if (set === null) throw E.BAD_GLOB(pattern, "a [ has no ]");
      out += `[${set[1] === "" ? "" : "^"}${set[2]!.replace(/[[^&]/g, "\\$&")}]`;
      i += set[0].length - 1;
    } else out += literal(c);
  }
  if (depth > 0) throw E.BAD_GLOB(pattern, "a { has no }");
  try {
    return new RegExp(`^(?:${out})$`, "su");
  } catch (error) {
    throw E.BAD_GLOB.because(error, pattern, error instanceof Error ? error.message : String(error));
  }
}

function literal(c: string): string {
  return c.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

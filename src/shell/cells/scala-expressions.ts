import { parametersOf, splitTop, typeOf } from "./scala-types.js";

/** What stands in brackets, one level of brackets in it. */
const INSIDE = String.raw`(?:[^()]|\([^()]*\))*`;
/** What a method is called on: `x`, `a.b`, `words(0)`. */
const CHAIN = String.raw`[\w.]+(?:\([^()]*\))?`;

/** One form of Scala's expressions and the TypeScript for it. */
interface Rewrite {
  readonly form: RegExp;
  readonly to: string | ((...groups: string[]) => string);
}

/** In this order: a later one finds what an earlier one has made. Strings and comments are taken out before. */
const REWRITES: readonly Rewrite[] = [
  { form: /\b(\d+)[Ll]\b/g, to: "$1" },
  { form: /\b(\d+(?:\.\d+)?)[FfDd]\b/g, to: "$1" },
  { form: /\(println\)/g, to: "(x => console.log(x))" },
  { form: /\bprintln\(/g, to: "console.log(" },
  { form: /\bnew\s+\w*Exception\(/g, to: "new Error(" },
  {
    form: /((?:\w+\s*::\s*)+)Nil\b/g,
    to: (_, items) =>
      `[${items!
        .split(/\s*::\s*/)
        .slice(0, -1)
        .join(", ")}]`,
  },
  { form: /\bNil\b/g, to: "[]" },
  { form: /\bNone\b/g, to: "undefined" },
  { form: new RegExp(String.raw`(?<![\w.])Some\((${INSIDE})\)`, "g"), to: "$1" },
  { form: /\b(?:Seq|List|Vector)\.empty(?:\[[^\]]*\])?/g, to: "[]" },
  { form: /\b(Seq|List|Vector|IndexedSeq|Set|Map)\[[^\]]*\]\(/g, to: "$1(" },
  {
    form: new RegExp(String.raw`(?<![\w.]|new )Map\((${INSIDE}->${INSIDE})\)`, "g"),
    to: (_, items) => `new Map([${splitTop(items!).map(pairOf).join(", ")}])`,
  },
  { form: /(\w+)\s*->\s*(\w+)/g, to: "[$1, $2]" },
  { form: new RegExp(String.raw`(?<![\w.]|new )Set\((${INSIDE})\)`, "g"), to: "new Set([$1])" },
  { form: new RegExp(String.raw`(?<![\w.])(?:Seq|List|Vector|IndexedSeq)\((${INSIDE})\)`, "g"), to: "[$1]" },
  // Functions: placeholders, cases, braces, parameters with types.
  { form: /\(\(_,\s*([^()]+)\)\)/g, to: "(x => [x, $1])" },
  { form: /\(\(([^()_]+),\s*_\)\)/g, to: "(x => [$1, x])" },
  { form: /\(_\s*([+\-*/%])\s*_\)/g, to: "((a, b) => a $1 b)" },
  { form: /\(([!-]?)_\.(\w+)/g, to: "(x => $1x.$2" },
  { form: /\(_\s*([+\-*/%<>=!]+)\s*([^()]+)\)/g, to: "(x => x $1 $2)" },
  {
    form: /\s*[({]\s*\{?\s*case\s+\(([^()]*)\)\s*=>\s*([^{}]*?)\s*\}\)?/g,
    to: "(([$1]) => $2)",
  },
  { form: /(\.\w+)\s*\{\s*(\w+|\([^()]*\))\s*=>\s*([^{}\n]*?)\s*\}/g, to: "$1($2 => $3)" },
  {
    form: /\(([\w\s,]+:[^()=]+)\)\s*=>/g,
    to: (_, taken) => `(${parametersOf(taken!).join(", ")}) =>`,
  },
  // Ranges.
  { form: /\bsc\.parallelize\((\w+)\s+to\s+(\w+)\)/g, to: "sc.range($1, $2 + 1)" },
  { form: /\bsc\.parallelize\((\w+)\s+until\s+(\w+)\)/g, to: "sc.range($1, $2)" },
  { form: /\bsc\.parallelize\((\w+)\s+to\s+(\w+),\s*(\w+)\)/g, to: "sc.range($1, $2 + 1, 1, $3)" },
  { form: /\bsc\.parallelize\((\w+)\s+until\s+(\w+),\s*(\w+)\)/g, to: "sc.range($1, $2, 1, $3)" },
  { form: /(?<![\w\])])\((\w+)\s+to\s+(\w+)\)/g, to: "sc.range($1, $2 + 1)" },
  { form: /(?<![\w\])])\((\w+)\s+until\s+(\w+)\)/g, to: "sc.range($1, $2)" },
  { form: /\b(\w+)\s+to\s+(\w+)/g, to: "sc.range($1, $2 + 1)" },
  { form: /\b(\w+)\s+until\s+(\w+)/g, to: "sc.range($1, $2)" },
  { form: /^\s*for\s*[({]\s*(\w+)\s*<-\s*(.+?)\s*[)}]\s*yield\s+(.+)$/s, to: "$2.map($1 => $3)" },
  // Members.
  { form: /\._(\d)\b/g, to: (_, n) => `[${Number(n) - 1}]` },
  { form: /\.(trim|toLowerCase|toUpperCase|collect|count|distinct|cache)\b(?!\s*\()/g, to: ".$1()" },
  { form: new RegExp(String.raw`(${CHAIN})\.to(?:Int|Long|Double|Float)\b`, "g"), to: "Number($1)" },
  {
    form: new RegExp(String.raw`(${CHAIN})\.asInstanceOf\[((?:[^[\]]|\[[^\]]*\])+)\]`, "g"),
    to: (_, value, type) => `(${value} as ${typeOf(type!)})`,
  },
  { form: /\.contains\(/g, to: ".includes(" },
  { form: /\.mkString\(/g, to: ".join(" },
  { form: /\.mkString\b/g, to: '.join("")' },
  { form: new RegExp(String.raw`^\s*if\s*\((${INSIDE})\)\s*([^{\n]+?)\s+else\s+([^{\n]+?)\s*$`), to: "$1 ? $2 : $3" },
  {
    form: new RegExp(
      String.raw`(=>\s*|\s:\s+)if\s*\((${INSIDE})\)\s*([^{};\n]+?)\s+else\s+((?:[^(){},;\n]|\(${INSIDE}\))+)`,
      "g",
    ),
    to: "$1$2 ? $3 : $4",
  },
  { form: /^\s*\{\s*([^{}:;\n]+?)\s*\}\s*$/, to: "$1" },
];

/** What a line of Scala has and a line of TypeScript that is merely wrong has not. */
const SCALA =
  /\bprintln\(|\(println\)|(?<![\w.])(?:Seq|List|Vector)[([]|\(\(_,|,\s*_\)\)|\(_\s*[+\-*/%.<>=!]|\([!-]_\.|\._\d\b|\.to(?:Int|Long|Double)\b|\w\s+(?:to|until)\s+\w|\b(?:None|Nil)\b|(?<![\w.])Some\(|->|\.asInstanceOf\[|\.mkString\b|\.contains\(|\bnew \w+Exception\(|\{\s*case\s|=>\s*\((?:[^()=]|\([^()=]*\))*,(?:[^()=]|\([^()=]*\))*\)(?!\s*=>)|\.\w+\s*\{\s*\w+\s*=>|\)\s*yield\s|^\s*if\s*\(.*\).*\selse\s|=>\s*if\s*\(.*\)[^{}]*\selse\s|\[\s*\([^()=]*,[^()]*\)\s*[,\]]/;

/** Whether a line has something of Scala's expressions. */
export function looksLikeScala(line: string): boolean {
  return SCALA_STRINGS.test(line) || SCALA.test(withoutStrings(line).text);
}

/** The TypeScript for an expression of Scala's: collections, tuples, placeholders, ranges, `println`. */
export function expressionOf(scala: string): string {
  const { text: code, strings } = withoutStrings(scala);
  let text = code;
  for (const { form, to } of REWRITES) text = repeated(text, before => before.replace(form, to as string));
  text = repeated(text, tuples);
  return text
    .replace(MASK, (_, index: string) => strings[Number(index)]!)
    .replace(/;\s*$/, "")
    .trim();
}

const SCALA_STRINGS = /"""|(?<![\w$])[sf]"/;
const MASK = /str(\d+)str/g;
const STRINGS = /"""([\s\S]*?)"""|\b[sf]"([^"]*)"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\/.*$/gm;

/** Strings of Scala as those of TypeScript, each replaced by a name, so that what is in them is not taken for code. */
function withoutStrings(scala: string): { readonly text: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  const text = scala.replace(STRINGS, (literal, raw?: string, interpolated?: string) => {
    if (raw !== undefined) strings.push(`\`${raw.replace(/[`\\]/g, "\\$&")}\``);
    else if (interpolated !== undefined) strings.push(`\`${interpolation(interpolated)}\``);
    else strings.push(literal);
    return `str${strings.length - 1}str`;
  });
  return { text, strings };
}

/** `$x` -> `${x}`, and with a format `$x%.2f` -> `${x.toFixed(2)}`. */
function interpolation(body: string): string {
  return body
    .replace(
      /\$(?:(\w+)|\{([^{}]*)\})%[-\d]*\.(\d+)f/g,
      (_, name?: string, code?: string, digits?: string) => `\${${name ?? `(${code})`}.toFixed(${digits})}`,
    )
    .replace(/\$(?:(\w+)|\{([^{}]*)\})(?:%[-\d.]*[a-z])?/g, (_, name?: string, code?: string) => `\${${name ?? code}}`);
}

/** `("a", 1)` -> `["a", 1]`; parameters of a function and arguments of a call are no tuples. */
function tuples(text: string): string {
  return text.replace(/\(([^()]*,[^()]*)\)(?!\s*=>)/g, (whole, inner: string, at: number) =>
    /[\w)\]]\s?$|(?<!=)>$/.test(text.slice(0, at)) ? whole : `[${inner}]`,
  );
}

/** What is nested needs another round. */
function repeated(text: string, rewrite: (text: string) => string): string {
  for (let round = 0; round < 4; round++) {
    const next = rewrite(text);
    if (next === text) break;
    text = next;
  }
  return text;
}

/** `"a" -> 1` as an element of a `Map`. */
function pairOf(item: string): string {
  return `[${item
    .split("->")
    .map(part => part.trim())
    .join(", ")}]`;
}

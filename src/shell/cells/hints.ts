/** A form of Scala that is typed by habit, and what to type instead. */
interface ScalaHabit {
  readonly form: RegExp;
  /** Undefined when the input is TypeScript after all. */
  readonly instead: (match: RegExpExecArray) => string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  Int: "number",
  Long: "number",
  Double: "number",
  Float: "number",
  Short: "number",
  Byte: "number",
  Boolean: "boolean",
  String: "string",
  Char: "string",
  Unit: "void",
  Any: "unknown",
};

/** `Seq[Int]` -> `number[]`, `Map[String, Int]` -> `Map<string, number>`, `Option[Long]` -> `number | undefined`. */
function typeOf(scala: string): string {
  const text = scala.trim();
  const generic = /^(\w+)\[(.*)\]$/.exec(text);
  if (generic) {
    const parts = splitTop(generic[2]!).map(typeOf);
    if (/^(?:Seq|List|Array|Vector|Iterable|IndexedSeq)$/.test(generic[1]!)) return `${parts[0]}[]`;
    if (generic[1] === "Option") return `${parts[0]} | undefined`;
    return `${generic[1]}<${parts.join(", ")}>`;
  }
  const tuple = /^\((.*)\)$/.exec(text);
  if (tuple) return `[${splitTop(tuple[1]!).map(typeOf).join(", ")}]`;
  return TYPES[text] ?? text;
}

/** Splits at the commas that stand in no bracket. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (/[[({]/.test(text[i]!)) depth++;
    else if (/[\])}]/.test(text[i]!)) depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  if (text.slice(from).trim() !== "") parts.push(text.slice(from));
  return parts;
}

/** `x: Int, y: String` -> `x: number, y: string`. */
function parameters(scala: string): string {
  return splitTop(scala)
    .map(p => p.split(":"))
    .map(([name, type]) => (type === undefined ? name!.trim() : `${name!.trim()}: ${typeOf(type)}`))
    .join(", ");
}

/** `("a", 1), ("b", 2)` -> `["a", 1], ["b", 2]`. */
function tuples(scala: string): string {
  return scala.replace(/(?<![\w)\]])\(([^()]*,[^()]*)\)/g, "[$1]");
}

/** Expressions: collections, placeholders, tuple members, `println`. */
function expressionOf(scala: string): string {
  return (
    scala
      .replace(/\bprintln\(/g, "console.log(")
      .replace(/\b(?:Seq|List|Vector)\(((?:[^()]|\([^()]*\))*)\)/g, (_, items: string) => `[${tuples(items)}]`)
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the user is to type
      .replace(/\bs"([^"]*)"/g, (_, body: string) => `\`${body.replace(/\$(\w+)/g, "${$1}")}\``)
      .replace(/\(\(_,\s*([^()]+)\)\)/g, "(x => [x, $1])")
      .replace(/\(\(([^()_]+),\s*_\)\)/g, "(x => [$1, x])")
      .replace(/\(_\s*([+\-*/%])\s*_\)/g, "((a, b) => a $1 b)")
      .replace(/\(_\.(\w+)/g, (_, name: string) =>
        /^_\d$/.test(name) ? `(x => x[${Number(name[1]) - 1}]` : `(x => x.${name}`,
      )
      .replace(/\(_\s*([+\-*/%<>=!]+)\s*([^()]+)\)/g, "(x => x $1 $2)")
      .replace(/\._(\d)\b/g, (_, n: string) => `[${Number(n) - 1}]`)
      .replace(/\.contains\(/g, ".includes(")
      .replace(/\.to(?:Int|Long|Double|Float)\b/g, "")
      .replace(/\bsc\.parallelize\((\w+)\s+to\s+(\w+)\)/g, "sc.range($1, $2 + 1)")
      .replace(/(\w+|\))\s+to\s+(\w+)/g, "sc.range($1, $2 + 1)")
      .replace(/;\s*$/, "")
      .trim()
  );
}

const HABITS: readonly ScalaHabit[] = [
  {
    form: /^\s*import\s+\w+\.implicits\._\s*;?\s*$/,
    instead: () => "nothing: there are no implicits; operations on pairs and numbers are members of every RDD",
  },
  {
    form: /\bspark\.(?:sql|table)\(/,
    instead: () => "nothing yet: there are no data frames; RDDs are: sc.textFile(…).map(…)",
  },
  {
    form: /^\s*for\s*\(\s*(\w+)\s*<-\s*([^)]+?)\s*\)\s*([\s\S]*)$/,
    instead: m => {
      const range = /^(\w+)\s+(to|until)\s+([\w.]+)$/.exec(m[2]!);
      const body = expressionOf(m[3]!).split("\n")[0];
      if (range === null) return `for (const ${m[1]} of ${expressionOf(m[2]!)}) ${body}`;
      return `for (let ${m[1]} = ${range[1]}; ${m[1]} ${range[2] === "to" ? "<=" : "<"} ${range[3]}; ${m[1]}++) ${body}`;
    },
  },
  {
    form: /\bspark\.read(?:Stream)?\b/,
    instead: m =>
      /\bjson\(/.test(m.input)
        ? `sc.textFile(${/json\(([^)]*)\)/.exec(m.input)?.[1] || '"file"'}).map(line => JSON.parse(line))`
        : `sc.textFile(${/\(([^()]*)\)\s*;?\s*$/.exec(m.input)?.[1] || '"file"'}): there are no data frames yet`,
  },
  {
    form: /^\s*import\s+org\.apache\.spark\.?([\w.]*?)\.?(\w+|_|\*|\{[^}]*\})\s*;?\s*$/,
    instead: m => {
      const module = /kafka/.test(m[1]!) ? "tspark/kafka" : "tspark";
      if (/^[_*]$/.test(m[2]!))
        return module === "tspark"
          ? 'import * as tspark from "tspark" (its names are in scope already)'
          : `import * as kafka from "${module}"`;
      const names = m[2]!.replace(/[{}]/g, "").replaceAll("=>", "as").trim();
      return `import { ${names} } from "${module}"${module === "tspark" ? " (it is in scope already)" : ""}`;
    },
  },
  {
    form: /^\s*import\s+(?:scala|java|javax)\.[\w.]+(?:\.[_*]|\.\{[^}]*\})?\s*;?\s*$/,
    instead: () =>
      "nothing: Scala's and Java's libraries are not here; Node's are: import { readFileSync } from \"node:fs\"",
  },
  {
    form: /^\s*(?:lazy\s+|implicit\s+|final\s+|private\s+)*(val|var)\s+([\w$]+|\([\w\s,]+\))\s*(?::\s*([^=]+?))?\s*=\s*([\s\S]+)$/,
    instead: m => {
      const keyword = m[1] === "val" ? "const" : "let";
      const name = m[2]!.startsWith("(") ? `[${m[2]!.slice(1, -1).trim()}]` : m[2]!;
      const value = m[2]!.startsWith("(") ? tuples(expressionOf(m[4]!)) : expressionOf(m[4]!);
      if (m[1] === "var" && value === m[4]!.replace(/;\s*$/, "").trim() && (!m[3] || typeOf(m[3]) === m[3]))
        return undefined;
      return `${keyword} ${name}${m[3] ? `: ${typeOf(m[3])}` : ""} = ${value.split("\n")[0]}${value.includes("\n") ? " …" : ""}`;
    },
  },
  {
    form: /^\s*def\s+(\w+)\s*(?:\(([^)]*)\))?\s*(?::\s*([^={]+?))?\s*(?:=?\s*\{([\s\S]*)\}|=\s*([^{\s][\s\S]*)|=?\s*\{?)\s*$/,
    instead: m => {
      const body = expressionOf(m[4] ?? m[5] ?? "…");
      const type = m[3] ? `: ${typeOf(m[3])}` : "";
      return `function ${m[1]}(${parameters(m[2] ?? "")})${type} { ${/\n/.test(body) ? "…" : type === ": void" ? body : `return ${body}`} }`;
    },
  },
  {
    form: /^\s*case\s+class\s+(\w+)\s*\(([^)]*)\)/,
    instead: m =>
      `class ${m[1]} { constructor(${splitTop(parameters(m[2]!))
        .map(p => `readonly ${p.trim()}`)
        .join(", ")}) {} }`,
  },
  { form: /^\s*(?:case\s+)?object\s+(\w+)/, instead: m => `namespace ${m[1]} { export const … }` },
  { form: /^\s*trait\s+(\w+)/, instead: m => `interface ${m[1]} { … }` },
];

const EXPRESSIONS =
  /\bprintln\(|(?<![\w.])(?:Seq|List|Vector)\(|\(\(_,|,\s*_\)\)|\(_\s*[+\-*/%.<>=!]|\._\d\b|(?<![\w$])s"|\.to(?:Int|Long|Double)\b|\d\s+to\s+\d/;

/** What to type instead of an input that was refused and looks like Scala; undefined when it does not. */
export function scalaHint(input: string): string | undefined {
  for (const { form, instead } of HABITS) {
    const match = form.exec(input);
    const text = match ? instead(match) : undefined;
    if (text !== undefined) return `In TypeScript: ${text}`;
  }
  if (EXPRESSIONS.test(input) && !/[\n]/.test(input.trim())) {
    const mended = expressionOf(input.trim());
    if (mended !== input.trim()) return `In TypeScript: ${mended}`;
  }
  return undefined;
}

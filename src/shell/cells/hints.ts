import { expressionOf, looksLikeScala } from "./scala-expressions.js";
import { parametersOf, typeOf } from "./scala-types.js";

/** A form of Scala that is typed by habit, and what to type instead. */
interface ScalaHabit {
  readonly form: RegExp;
  /** Undefined when the input is TypeScript after all. */
  readonly instead: (match: RegExpExecArray) => string | undefined;
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
    form: /^\s*for\s*\(\s*(\w+)\s*<-\s*([^)]+?)\s*\)(?!\s*yield\b)\s*([\s\S]*)$/,
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
      /\bjdbc\b/.test(m.input)
        ? 'import { JdbcRDD } from "tspark/jdbc", and new JdbcRDD(sc, url, "SELECT … WHERE ? <= id AND id <= ?", 1, 1000, 4)'
        : /\bjson\(/.test(m.input)
          ? `sc.textFile(${/json\(([^)]*)\)/.exec(m.input)?.[1] || '"file"'}).map(line => JSON.parse(line))`
          : `sc.textFile(${/\(([^()]*)\)\s*;?\s*$/.exec(m.input)?.[1] || '"file"'}): there are no data frames yet`,
  },
  {
    form: /^\s*import\s+org\.apache\.(spark|kafka)\.?([\w.]*?)\.?(\w+|_|\*|\{[^}]*\})\s*;?\s*$/,
    instead: m => {
      const connector =
        m[1] === "kafka"
          ? "kafka"
          : (/kafka|flume|kinesis/.exec(m[2]!)?.[0] ?? (/\bJdbc/.test(m[3]!) ? "jdbc" : undefined));
      const module = connector === undefined ? "tspark" : `tspark/${connector}`;
      if (/^[_*]$/.test(m[3]!))
        return connector === undefined
          ? 'import * as tspark from "tspark" (its names are in scope already)'
          : `import * as ${connector} from "${module}"`;
      const names = m[3]!.replace(/[{}]/g, "").replaceAll("=>", "as").trim();
      return `import { ${names} } from "${module}"${module === "tspark" ? " (it is in scope already)" : ""}`;
    },
  },
  {
    form: /^\s*import\s+org\.apache\.hadoop\.fs\.(?:FileSystem|FileStatus|_|\*|\{[^}]*\})\s*;?\s*$/,
    instead: () => 'import { FileSystem } from "tspark/hdfs"',
  },
  {
    form: /^\s*import\s+(?:scala|java|javax)\.[\w.]+(?:\.[_*]|\.\{[^}]*\})?\s*;?\s*$/,
    instead: () =>
      "nothing: Scala's and Java's libraries are not here; Node's are: import { readFileSync } from \"node:fs\"",
  },
  {
    form: /^\s*(?:@\w+\s+)*(?:(?:lazy|implicit|final|private)\s+)*(val|var)\s+([\w$]+|\([\w\s,]+\))\s*(?::\s*((?:[^=]|=>)+?))?\s*=(?!>)\s*([\s\S]+)$/,
    instead: m => {
      const keyword = m[1] === "val" ? "const" : "let";
      const name = m[2]!.startsWith("(") ? `[${m[2]!.slice(1, -1).trim()}]` : m[2]!;
      const given = m[4]!.trim();
      const value = expressionOf(given);
      if (m[1] === "var" && value === given.replace(/;$/, "").trim() && (!m[3] || typeOf(m[3]) === m[3]))
        return undefined;
      return `${keyword} ${name}${m[3] ? `: ${typeOf(m[3])}` : ""} = ${value.split("\n")[0]}${value.includes("\n") ? " …" : ""}`;
    },
  },
  {
    form: /^\s*def\s+(\w+)\s*(?:\(([^)]*)\))?\s*(?::\s*([^={]+?))?\s*(?:=?\s*\{([\s\S]*)\}|=\s*([^{\s][\s\S]*)|=?\s*\{?)\s*$/,
    instead: m => {
      const body = expressionOf(m[4] ?? m[5] ?? "…");
      const type = m[3] ? `: ${typeOf(m[3])}` : "";
      const parameters = parametersOf(m[2] ?? "").join(", ");
      return `function ${m[1]}(${parameters})${type} { ${/\n/.test(body) ? "…" : type === ": void" || body.startsWith("console.log(") ? body : `return ${body}`} }`;
    },
  },
  {
    form: /^\s*(?:(?:final|sealed|abstract)\s+)*(case\s+)?class\s+(\w+)\s*\(([^)]*)\)/,
    instead: m => {
      const fields = parametersOf(m[3]!).map(p => {
        const [, kind, rest] = /^(?:(val|var)\s+)?(.*)$/.exec(p)!;
        if (kind === "var") return `public ${rest}`;
        return kind === "val" || m[1] ? `readonly ${rest}` : `private readonly ${rest}`;
      });
      return `class ${m[2]} { constructor(${fields.join(", ")}) {} }`;
    },
  },
  { form: /^\s*(?:case\s+)?object\s+(\w+)/, instead: m => `namespace ${m[1]} { export const … }` },
  { form: /^\s*(?:sealed\s+)?trait\s+(\w+)/, instead: m => `interface ${m[1]} { … }` },
  {
    form: /^\s*type\s+(\w+)\s*=\s*([^;\n]*\b(?:Int|Long|Double|Float|Boolean|Unit|Seq|List|Option|Map\[)[^;\n]*?)\s*;?\s*$/,
    instead: m => (typeOf(m[2]!) === m[2] ? undefined : `type ${m[1]} = ${typeOf(m[2]!)}`),
  },
  {
    form: /^\s*([\w.]+)\s+match\s*\{\s*(?:case\s+("[^"]*"|-?\d+)\s*=>\s*([^\n]*?)(?:\s*[;}]|\s+case\b|\n|$))?/,
    instead: m =>
      m[2] === undefined
        ? `switch (${m[1]}) { case …: … }`
        : `switch (${m[1]}) { case ${m[2]}: ${expressionOf(m[3]!)}; break; … }`,
  },
];

/** What to type instead of an input that was refused and looks like Scala; undefined when it does not. */
export function scalaHint(input: string): string | undefined {
  for (const { form, instead } of HABITS) {
    const match = form.exec(input);
    const text = match ? instead(match) : undefined;
    if (text !== undefined) return `In TypeScript: ${text}`;
  }
  const line = input.trim();
  if (line.includes("\n") || !looksLikeScala(line)) return undefined;
  const mended = expressionOf(line);
  return mended === line ? undefined : `In TypeScript: ${mended}`;
}

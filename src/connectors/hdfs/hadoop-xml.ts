import { E } from "./errors.js";

/** A `<property>` of a file of Hadoop's configuration. */
export interface XmlProperty {
  readonly name: string;
  readonly value: string;
  /** Files that are read later do not change it. */
  readonly final: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** A comment, an instruction, a document type, a CDATA section, a tag, or text, as far as it goes. */
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?\s*>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/gy;

/**
 * The properties of a file like `core-site.xml`:
 *
 * ```
 * configuration = <configuration> property* </configuration>
 * property      = <property> <name>…</name> <value>…</value> [<final>true</final>] … </property>
 *               | <property name="…" value="…" final="true"/>
 * ```
 *
 * Other elements are passed over. What is no XML throws `HDFS_BAD_CONF_FILE` with the line. White space around a value is no
 * part of it.
 *
 * @example
 * parseHadoopXml("<configuration><property><name>a</name><value>1</value></property></configuration>", "x.xml")[0].value; // "1"
 */
export function parseHadoopXml(text: string, file: string): XmlProperty[] {
  const properties: XmlProperty[] = [];
  const open: string[] = [];
  let fields: Record<string, string> = {};
  let at = 0;
  const wrong = (what: string) => E.HDFS_BAD_CONF_FILE(file, text.slice(0, at).split("\n").length, what);
  const end = (element: string) => {
    if (element !== "property") return;
    const { name = "", value = "", final = "" } = fields;
    if (name.trim() === "") throw wrong("a <property> has no <name>");
    properties.push({ name: name.trim(), value: value.trim(), final: final.trim() === "true" });
  };

  TOKEN.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  for (; TOKEN.lastIndex < text.length; ) {
    at = TOKEN.lastIndex;
    const m = TOKEN.exec(text);
    if (m === null) throw wrong(`${JSON.stringify(text.slice(at, at + 20))} is no XML`);
    const [token, cdata, slash, element, attributes, empty] = m;
    const content = cdata ?? (token.startsWith("<") ? undefined : withoutEntities(token, wrong));
    if (content !== undefined) {
      const field = open.at(-1);
      if (open.at(-2) === "property" && field !== undefined) fields[field] = (fields[field] ?? "") + content;
      else if (open.length === 0 && content.trim() !== "") throw wrong("text outside of <configuration>");
    } else if (element === undefined) {
      // A comment and the like.
    } else if (slash === "/") {
      const opened = open.pop();
      if (opened !== element) throw wrong(`</${element}> ends ${opened === undefined ? "nothing" : `<${opened}>`}`);
      end(element);
    } else {
      if (open.length === 0 && element !== "configuration")
        throw wrong(`<${element}> stands where <configuration> should`);
      open.push(element);
      if (element === "property") fields = attributesOf(attributes!, wrong);
      if (empty === "/") end(open.pop()!);
    }
  }
  at = text.length;
  if (open.length > 0) throw wrong(`<${open.at(-1)}> does not end`);
  return properties;
}

function attributesOf(text: string, wrong: (what: string) => Error): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, name, double, single] of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    out[name!] = withoutEntities(double ?? single!, wrong);
  }
  return out;
}

function withoutEntities(text: string, wrong: (what: string) => Error): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g, (all, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    const character = code === undefined ? ENTITIES[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (character === undefined) throw wrong(`${all} is no entity of XML: a plain & is written &amp;`);
    return character;
  });
}

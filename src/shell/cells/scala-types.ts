const TYPES: Readonly<Record<string, string>> = {
  Int: "number",
  Long: "number",
  Double: "number",
  Float: "number",
  Short: "number",
  Byte: "number",
  BigInt: "bigint",
  Boolean: "boolean",
  String: "string",
  Char: "string",
  Unit: "void",
  Any: "unknown",
  AnyRef: "object",
  Nothing: "never",
};

/**
 * A type of Scala's as TypeScript writes it: `Seq[Int]` -> `number[]`, `Map[String, Int]` -> `Map<string, number>`,
 * `Option[Long]` -> `number | undefined`, `Int => String` -> `(a: number) => string`.
 */
export function typeOf(scala: string): string {
  const text = scala.trim();
  const arrow = splitTop(text, "=>");
  if (arrow.length > 1) {
    const [left, ...right] = arrow.map(t => t.trim()) as [string, ...string[]];
    const taken = /^\((.*)\)$/.exec(left);
    const list = (taken ? splitTop(taken[1]!) : [left]).map((t, i) => `${"abcdefgh"[i] ?? `p${i}`}: ${typeOf(t)}`);
    return `(${list.join(", ")}) => ${typeOf(right.join(" => "))}`;
  }
  const generic = /^([\w.]+)\[(.*)\]$/.exec(text);
  if (generic) {
    const parts = splitTop(generic[2]!).map(typeOf);
    const [only] = parts as [string];
    if (/^(?:Seq|List|Array|Vector|Iterable|IndexedSeq)$/.test(generic[1]!)) {
      return /[ |]/.test(only) && !/^\[.*\]$/.test(only) ? `(${only})[]` : `${only}[]`;
    }
    if (generic[1] === "Option") return `${only} | undefined`;
    if (generic[1] === "Future") return `Promise<${only}>`;
    return `${generic[1]}<${parts.join(", ")}>`;
  }
  const tuple = /^\((.*)\)$/.exec(text);
  if (tuple) return `[${splitTop(tuple[1]!).map(typeOf).join(", ")}]`;
  return TYPES[text] ?? text;
}

/** `x: Int, y: String` -> `x: number, y: string`. */
export function parametersOf(scala: string): string[] {
  return splitTop(scala).map(parameter => {
    const at = parameter.indexOf(":");
    if (at < 0) return parameter.trim();
    return `${parameter.slice(0, at).trim()}: ${typeOf(parameter.slice(at + 1))}`;
  });
}

/** Splits at the separators that stand in no bracket. */
export function splitTop(text: string, separator = ","): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (/[[({]/.test(text[i]!)) depth++;
    else if (/[\])}]/.test(text[i]!)) depth--;
    else if (depth === 0 && text.startsWith(separator, i)) {
      parts.push(text.slice(from, i));
      from = i + separator.length;
      i = from - 1;
    }
  }
  if (text.slice(from).trim() !== "") parts.push(text.slice(from));
  return parts;
}

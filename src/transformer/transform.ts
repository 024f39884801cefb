import { closureTransformer } from "./transformer.js";
import { requireTypeScript, type TypeScript, type ts } from "./typescript.js";

export interface TransformOptions {
  /** The compiler to use; default: the one tspark is installed with. */
  readonly typescript?: TypeScript;
}

/** What became of a source. */
export interface Transformed {
  /** JavaScript (ES modules as they were written), with JSX where the file had it. */
  readonly code: string;
  /** The source map, as JSON. */
  readonly map: string;
}

/**
 * Stands in front of the first line: a module that is run before tspark is loaded keeps its functions unmarked, and they
 * travel as those of plain JavaScript do. On one line with it, so that lines stay where they are.
 */
const PRELUDE = "globalThis.__tspark_mark??=(i,f)=>f;globalThis.__tspark_members??=o=>o;";

/**
 * Makes JavaScript of a TypeScript (or JavaScript) module, its closures marked with the variables they capture, so that they
 * can run in worker threads. Types are left out and not checked.
 *
 * @param fileName decides between `.ts`, `.tsx`, `.js` …, and is the path from which imports of its closures are resolved
 *
 * @example
 * import { transform } from "tspark/transformer";
 * const { code } = transform("const late = 1; export const f = (x: number) => x + late;", "/app/late.ts");
 * code.includes("__tspark_mark"); // true
 */
export function transform(source: string, fileName: string, options: TransformOptions = {}): Transformed {
  const typescript = options.typescript ?? requireTypeScript();
  const { outputText, sourceMapText = "" } = typescript.transpileModule(source, {
    fileName,
    compilerOptions: optionsOf(typescript),
    transformers: { before: [closureTransformer(typescript)] },
  });
  const code = outputText.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
  const marked = code.includes("__tspark_");
  // A first line such as #! must stay the first.
  if (!marked || code.startsWith("#!")) return { code, map: sourceMapText };
  return { code: PRELUDE + code, map: shifted(sourceMapText) };
}

function optionsOf(typescript: TypeScript): ts.CompilerOptions {
  return {
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ESNext,
    jsx: typescript.JsxEmit.Preserve,
    verbatimModuleSyntax: true,
    allowJs: true,
    sourceMap: true,
    inlineSources: true,
  };
}

/** The map of a text whose first line begins with the prelude: its first segment's column moves by as much. */
function shifted(map: string): string {
  const json = JSON.parse(map) as { mappings: string };
  const end = json.mappings.search(/[;,]|$/);
  if (json.mappings.startsWith(";") || end === 0) return map;
  const [column = 0, ...rest] = decode(json.mappings.slice(0, end));
  json.mappings = encode([column + PRELUDE.length, ...rest]) + json.mappings.slice(end);
  return JSON.stringify(json);
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The numbers of a segment of a source map: base 64 with five bits a digit, the sign in the lowest. */
function decode(segment: string): number[] {
  const out: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    out.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return out;
}

function encode(numbers: readonly number[]): string {
  let text = "";
  for (const n of numbers) {
    let value = n < 0 ? (-n << 1) | 1 : n << 1;
    do {
      const more = value >> 5;
      text += DIGITS[(value & 31) | (more > 0 ? 32 : 0)];
      value = more;
    } while (value > 0);
  }
  return text;
}

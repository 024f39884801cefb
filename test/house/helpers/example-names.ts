import { readdirSync } from "node:fs";
import path from "node:path";
import type { ExampleCode } from "./example-code.js";
import { flumeScope, jdbcScope, kafkaScope, kinesisScope, rddScope, streamScope } from "./example-scope.js";
import { exportedNames } from "./exported-names.js";
import type { DocExample } from "./find-examples.js";

/** The contexts, of which each example gets a fresh one: name -> class. */
export const CONTEXTS = {
  sc: "SparkContext",
  ssc: "StreamingContext",
  spark: "SparkSession",
  clock: "ManualClock",
} as const;

export type ContextName = keyof typeof CONTEXTS;

/** Where the names come from that an example uses and does not declare. */
export interface ExampleNames {
  /** Those of {@link CONTEXTS}. */
  readonly contexts: ReadonlySet<ContextName>;
  /** Those of `rddScope` or `streamScope`. */
  readonly scope: ReadonlySet<string>;
  /** Name -> source file below `src/` that exports it. */
  readonly modules: ReadonlyMap<string, string>;
}

/**
 * A name is looked up in: the contexts, the scope of its layer, its own file, `tspark`, the other files of its folder.
 * What is left is a global or a mistake; the type check knows.
 */
export function namesOf(src: string, example: DocExample, code: ExampleCode): ExampleNames {
  const contexts = new Set<ContextName>();
  const scope = new Set<string>();
  const modules = new Map<string, string>();
  const imported = new Set(code.imports.flatMap(i => [...i.names.keys()]));
  const folder = path.posix.dirname(example.file);
  const siblings = readdirSync(path.join(src, folder)).filter(f => f.endsWith(".ts"));
  const places = [example.file, "index.ts", ...siblings.map(f => path.posix.join(folder, f))];
  for (const name of code.free) {
    if (imported.has(name)) continue;
    if (name in CONTEXTS) contexts.add(name as ContextName);
    else if (name in scopeOf(example.file)) scope.add(name);
    else {
      const place = places.find(file => exportedNames(path.join(src, file)).has(name));
      if (place !== undefined) modules.set(name, place);
    }
  }
  return { contexts, scope, modules };
}

/** Whether the plain names (`lines`, `words`) of this file's examples are streams. */
export function speaksOfStreams(file: string): boolean {
  return file.startsWith("streaming/") || file.startsWith("connectors/") || file.startsWith("testing/");
}

const scopes = { flumeScope, jdbcScope, kafkaScope, kinesisScope, rddScope, streamScope };

/** Which of the scopes this file's examples have. */
export function scopeNameOf(file: string): keyof typeof scopes {
  if (file.startsWith("connectors/kafka/")) return "kafkaScope";
  if (file.startsWith("connectors/flume/")) return "flumeScope";
  if (file.startsWith("connectors/kinesis/")) return "kinesisScope";
  if (file.startsWith("connectors/jdbc/")) return "jdbcScope";
  return speaksOfStreams(file) ? "streamScope" : "rddScope";
}

/** The names that need no introduction in this file's examples. */
export function scopeOf(file: string): Readonly<Record<string, unknown>> {
  return scopes[scopeNameOf(file)];
}

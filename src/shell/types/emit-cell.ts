import { closureTransformer } from "../../transformer/transformer.js";
import { type Edit, EditedText } from "../cells/edited-text.js";
import type { Header } from "../cells/header.js";
import { loopTurnsTransformer } from "../cells/loop-turns.js";
import { decodeMappings, encodeMappings, type Mapping } from "../cells/source-map.js";
import { emitOptions } from "./compiler-options.js";
import type { TypeScript } from "./typescript.js";

export interface EmitRequest {
  readonly id: string;
  /** What was typed. */
  readonly input: string;
  /** The input as TypeScript. */
  readonly prepared: EditedText;
  /** Imports of what the cell uses. */
  readonly header: Pick<Header, "emit" | "namespaces">;
  readonly edits: readonly Edit[];
}

export interface EmittedCell {
  readonly js: string;
  /** From `js` to the input. */
  readonly map: string;
}

/** Translates a checked cell to CommonJS, without the checker, with closures marked. */
export function emitCell(typescript: TypeScript, request: EmitRequest): EmittedCell {
  const { header } = request;
  const edited = new EditedText(request.prepared.text, [{ at: 0, insert: header.emit }, ...request.edits]);
  const output = typescript.transpileModule(edited.text, {
    compilerOptions: emitOptions(typescript),
    fileName: `${request.id}.ts`,
    transformers: {
      before: [
        closureTransformer(typescript, {
          key: () => request.id,
          importHelper: true,
          namespaces: header.namespaces,
        }),
        loopTurnsTransformer(typescript),
      ],
    },
  });
  const js = output.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "");
  const lines = lineStarts(edited.text);
  const sourceLines = lineStarts(request.input);
  const mappings: Mapping[] = [];
  for (const m of decodeMappings(output.sourceMapText ?? '{"mappings":""}')) {
    const offset = (lines[m.sourceLine] ?? 0) + m.sourceColumn;
    if (offset < header.emit.length) continue;
    const at = request.prepared.toOriginal(edited.toOriginal(offset));
    const sourceLine = lineAt(sourceLines, at);
    mappings.push({ line: m.line, column: m.column, sourceLine, sourceColumn: at - sourceLines[sourceLine]! });
  }
  return { js, map: encodeMappings(mappings, "<console>") };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the line in which `offset` lies. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

import type ts from "typescript";
import { lineOf, placeOf } from "../cells/place.js";
import type { CellDiagnostic } from "../types/type-service.js";

/** What is wrong, and in which file. */
export interface Finding {
  readonly source: ts.SourceFile;
  readonly diagnostic: CellDiagnostic;
}

/** An error about a node. */
export function findingAt(source: ts.SourceFile, node: ts.Node, message: string, code?: number): Finding {
  const start = node.getStart(source);
  const place = placeOf(source.text, start);
  const sourceLine = lineOf(source.text, place.line);
  const length = Math.max(1, Math.min(node.end - start, sourceLine.length - place.column + 1));
  const said = { severity: "error", message, ...place, length, sourceLine } as const;
  return { source, diagnostic: code === undefined ? said : { ...said, code } };
}

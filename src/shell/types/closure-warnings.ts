import type ts from "typescript";
import { type ClosureNotice, closureNotices } from "../../transformer/notices.js";
import { lineOf, placeOf } from "../cells/place.js";
import type { CellDiagnostic } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/**
 * Closures of operations that do something else than they seem to: they assign to a captured variable, or nobody awaits
 * them. As warnings, in the order of their places.
 *
 * @param file with parent pointers
 * @param checker tells RDDs and streams from arrays; without one only what is certain is told
 * @param place what was written and where in it a place of `file` is; undefined for what was added
 */
export function closureWarnings(
  typescript: TypeScript,
  file: ts.SourceFile,
  checker: ts.TypeChecker | undefined,
  source: string,
  place: (offset: number) => number | undefined = offset => offset,
): CellDiagnostic[] {
  return closureNotices(typescript, file, checker).flatMap(notice => {
    const start = place(notice.start);
    return start === undefined ? [] : [warning(notice, source, start)];
  });
}

function warning(notice: ClosureNotice, source: string, start: number): CellDiagnostic {
  const place = placeOf(source, start);
  const sourceLine = lineOf(source, place.line);
  const length = Math.max(1, Math.min(notice.length, sourceLine.length - place.column + 1));
  return { severity: "warning", message: notice.message, ...place, length, sourceLine };
}

import type ts from "typescript";
import { closureNotices } from "../../transformer/notices.js";
import { lineOf, placeOf } from "../cells/place.js";
import { promiseNotices } from "./promise-notices.js";
import type { CellDiagnostic } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/**
 * What does something else than it seems to, though it is not wrong: closures of operations that assign to a captured variable
 * or that nobody awaits, promises in place of their values. In the order of their places.
 *
 * @param file with parent pointers
 * @param checker tells RDDs and streams from arrays, and promises; without one only what is certain is told
 * @param place what was written and where in it a place of `file` is; undefined for what was added
 */
export function warningsOf(
  typescript: TypeScript,
  file: ts.SourceFile,
  checker: ts.TypeChecker | undefined,
  source: string,
  place: (offset: number) => number | undefined = offset => offset,
): CellDiagnostic[] {
  const promises = checker === undefined ? [] : promiseNotices(typescript, file, checker);
  const notices = [...closureNotices(typescript, file, checker), ...promises].sort((a, b) => a.start - b.start);
  return notices.flatMap(notice => {
    const start = place(notice.start);
    return start === undefined ? [] : [warning(notice, source, start)];
  });
}

function warning(
  notice: { readonly length: number; readonly message: string },
  source: string,
  start: number,
): CellDiagnostic {
  const place = placeOf(source, start);
  const sourceLine = lineOf(source, place.line);
  const length = Math.max(1, Math.min(notice.length, sourceLine.length - place.column + 1));
  return { severity: "warning", message: notice.message, ...place, length, sourceLine };
}

import type ts from "typescript";
import { scalaHint } from "../cells/hints.js";
import { jsxHint } from "../cells/jsx-hint.js";
import type { NameTable } from "../cells/names.js";
import { toCellDiagnostic } from "./diagnostics.js";
import { findingHint, isWithin, withoutDetails } from "./finding-hints.js";
import type { CellDiagnostic, RejectedCell } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/** What is known where an input was refused. */
export interface Refusal {
  readonly findings: readonly ts.Diagnostic[];
  /** What was typed. */
  readonly input: string;
  /** From an offset in the checked text to one in `input`. */
  readonly toSource: (offset: number) => number;
  readonly names: NameTable;
  /** The session's module that has this file; undefined for any other file. */
  readonly moduleOf: (file: string) => string | undefined;
  /** The module of the input itself. */
  readonly current: string;
}

/** Why an input is refused, as the user is told: TypeScript's findings in the user's terms, and what to do about them. */
export function rejectedCell(typescript: TypeScript, refusal: Refusal): RejectedCell {
  const { findings, input, toSource, names } = refusal;
  const describe = (name: string) => {
    const meaning = names.get(name);
    if (meaning?.value === undefined || meaning.value.module === "tspark") return undefined;
    if (meaning.value.isFunction) return "function";
    return meaning.value === meaning.type ? "class" : "constant";
  };
  const told = (shown: readonly ts.Diagnostic[]): CellDiagnostic[] =>
    shown
      .map(d => toCellDiagnostic(typescript, d, input, toSource, describe))
      .map(d => ({ ...d, message: typesByName(d.message, refusal) }));
  // An input in another language has many errors, all of which say the same.
  const language = jsxHint(typescript, input) ?? scalaHint(input);
  if (language) {
    return { status: "rejected", diagnostics: told(findings.slice(0, 1)).map(withoutDetails), hint: language };
  }
  const found = findingHint(typescript, findings, "prompt");
  if (found === undefined) return { status: "rejected", diagnostics: told(findings) };
  const others = findings.filter(d => !isWithin(d, found.finding));
  return { status: "rejected", diagnostics: told(others).map(withoutDetails), hint: found.hint };
}

/**
 * TypeScript tells two types of one name apart by their files; the user knows that one was declared before the other. Where both
 * are of one file nothing is to be told apart.
 */
function typesByName(message: string, { moduleOf, names, current }: Refusal): string {
  const form = /\bimport\("([^"]+)"\)\.([\w$]+)/g;
  const all = [...message.matchAll(form)];
  const isNew = all.some(([, file]) => moduleOf(file!) === current);
  const isOne = (name: string) => new Set(all.flatMap(([, file, other]) => (other === name ? file : []))).size === 1;
  return message.replace(form, (whole, file: string, name: string) => {
    const module = moduleOf(file);
    if (module === undefined) return isOne(name) ? name : whole;
    const newest = isNew ? current : names.get(name)?.type?.module;
    return module === newest ? name : `${name} (declared earlier)`;
  });
}

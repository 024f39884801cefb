import { isPlain } from "./plain.js";
import { Refusal } from "./refusal.js";

/** How a value was reached, written out only when a message needs it. */
export interface Step {
  readonly from: Step | undefined;
  readonly label: string;
  /** It was reached from the closure through captured variables only, so that the user wrote its name in a closure. */
  readonly direct: boolean;
}
export const pathOf = (step: Step): string => (step.from === undefined ? "" : pathOf(step.from)) + step.label;
export const captured = (from: Step, label: string): Step => ({ from, label: ` -> ${label}`, direct: from.direct });
export const member = (from: Step, label: string): Step => ({ from, label, direct: false });
export const keyLabel = (key: string): string =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `["${key}"]`;

/** A property as it is now. */
export function read(value: object, key: PropertyKey, step: Step, label: (key: string) => string): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch (cause) {
    throw new Refusal(pathOf(step) + label(String(key)), "a getter that throws", { cause });
  }
}

/** Whether V8 copies it as it is; what cannot be looked through is refused. */
export function isPlainGuarded(value: object, step: Step): boolean {
  try {
    return isPlain(value);
  } catch (cause) {
    if (cause instanceof RangeError) throw new Refusal(pathOf(step), "nested too deeply to be copied", { cause });
    throw new Refusal(pathOf(step), "an object with a getter that throws", { cause });
  }
}

import { load } from "../../closure/load.js";
import { shipOrRefuse } from "../../closure/ship.js";
import { UnsupportedOperationError } from "../../errors/engine-errors.js";
import * as errors from "../../errors/spark-error.js";
import { SparkError } from "../../errors/spark-error.js";
import { showStack } from "./show-stack.js";

/** What was thrown, as data: another thread makes it again. */
export type ErrorForm =
  /** The very value, with its class, its own properties and its causes. */
  | { readonly form: "value"; readonly bytes: Uint8Array }
  /** What stays of an error that cannot travel as it is; or one of ours, by the name of its class. */
  | {
      readonly form: "facts";
      readonly name: string;
      readonly code?: string;
      readonly message: string;
      readonly stack: string;
      readonly cause?: ErrorForm;
      readonly ours: boolean;
    };

export function describeError(error: unknown, depth = 0): ErrorForm {
  if (!(error instanceof SparkError)) {
    try {
      return { form: "value", bytes: shipOrRefuse(error, "the error").bytes };
    } catch {
      // it holds something that does not travel: its facts do
    }
  }
  if (!(error instanceof Error))
    return { form: "facts", name: "Error", message: safeText(error), stack: "", ours: false };
  const { name, message, stack = "", cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    form: "facts",
    name: String(name),
    message: String(message),
    stack: String(stack),
    ours: error instanceof SparkError,
    ...(typeof code === "string" && { code }),
    ...(cause !== undefined && depth < 10 && { cause: describeError(cause, depth + 1) }),
  };
}

/** What was thrown in a worker, its stacks as this thread shows stacks. */
export function restoreError(form: ErrorForm): unknown {
  if (form.form === "value") {
    const value = load<unknown>(form.bytes);
    for (let e = value, i = 0; e instanceof Error && i < 10; e = e.cause, i++) putStack(e, e.stack ?? "");
    return value;
  }
  const cause = form.cause && restoreError(form.cause);
  const made = form.ours ? ofOurs(form, cause) : Object.assign(new Error(form.message, { cause }), codeOf(form));
  if (!form.ours && form.name !== "Error")
    Object.defineProperty(made, "name", { value: form.name, configurable: true });
  if (form.stack !== "") putStack(made, form.stack);
  return made;
}

type Facts = Extract<ErrorForm, { form: "facts" }>;

const codeOf = ({ code }: Facts) => (code === undefined ? {} : { code });

const CLASSES: Readonly<Record<string, unknown>> = { ...errors, UnsupportedOperationError };

function ofOurs(form: Facts, cause: unknown): Error {
  const Class = (CLASSES[form.name] ?? SparkError) as typeof SparkError;
  return new Class(form.message, { ...codeOf(form), ...(cause !== undefined && { cause }) });
}

function putStack(error: Error, stack: string): void {
  Object.defineProperty(error, "stack", { value: showStack(error, stack), writable: true, configurable: true });
}

function safeText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that cannot be shown";
  }
}

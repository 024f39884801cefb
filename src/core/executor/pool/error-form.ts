import { load } from "../../closure/load.js";
import { shipOrRefuse } from "../../closure/ship.js";
import { UnsupportedOperationError } from "../../errors/engine-errors.js";
import * as errors from "../../errors/spark-error.js";
import { SparkError } from "../../errors/spark-error.js";
import { tame, thrownText } from "../../errors/thrown.js";
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
      /** Those of its own properties that travel. */
      readonly properties?: Uint8Array;
      readonly ours: boolean;
    };

/** @param thrown whatever it is: it comes back as the failure of its task */
export function describeError(thrown: unknown, depth = 0): ErrorForm {
  const error = tame(thrown);
  if (error === thrown && !(error instanceof SparkError)) {
    try {
      return { form: "value", bytes: shipOrRefuse(error, "the error").bytes };
    } catch {
      // it holds something that does not travel: its facts do
    }
  }
  if (!(error instanceof Error))
    return { form: "facts", name: "Error", message: thrownText(error), stack: "", ours: false };
  const { name, message, stack = "", cause } = error;
  const ours = error instanceof SparkError;
  return {
    form: "facts",
    name: String(name),
    message: String(message),
    stack: String(stack),
    ours,
    ...(ours && { code: error.code }),
    ...(CLASSES[name] !== error.constructor && { properties: ownProperties(error) }),
    ...(cause !== undefined && depth < 10 && { cause: describeError(cause, depth + 1) }),
  };
}

/** The properties that the user's class, or code, gave an error; without those that cannot travel. */
function ownProperties(error: Error): Uint8Array {
  const known = new Set(["name", "message", "stack", "cause"]);
  const entries = Object.keys(error).flatMap(key => (known.has(key) ? [] : entry(error, key)));
  return shipOrRefuse(Object.fromEntries(entries), "the error").bytes;
}

/** A property, where it can be read and travels. */
function entry(error: Error, key: string): [string, unknown][] {
  try {
    const value: unknown = Reflect.get(error, key);
    shipOrRefuse(value, "the error");
    return [[key, value]];
  } catch {
    return [];
  }
}

/** What was thrown in a worker, its stacks as this thread shows stacks. */
export function restoreError(form: ErrorForm): unknown {
  if (form.form === "value") {
    const value = tame(load<unknown>(form.bytes));
    for (let e = value, i = 0; e instanceof Error && i < 10; e = e.cause, i++) putStack(e, e.stack ?? "");
    return value;
  }
  const cause = form.cause && restoreError(form.cause);
  const made = form.ours ? ofOurs(form, cause) : ofUsers(form, cause);
  if (form.name !== made.name) Object.defineProperty(made, "name", { value: form.name, configurable: true });
  if (form.stack !== "") putStack(made, form.stack);
  return made;
}

type Facts = Extract<ErrorForm, { form: "facts" }>;

const CLASSES: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.entries(errors).filter(([name]) => /Error$/.test(name))),
  UnsupportedOperationError,
};

function ofOurs(form: Facts, cause: unknown): Error {
  const Class = (Object.hasOwn(CLASSES, form.name) ? CLASSES[form.name] : SparkError) as typeof SparkError;
  const error = new Class(form.message, {
    ...(form.code && { code: form.code }),
    ...(cause !== undefined && { cause }),
  });
  return withProperties(error, form);
}

function ofUsers(form: Facts, cause: unknown): Error {
  const error = new Error(form.message, cause === undefined ? undefined : { cause });
  return withProperties(error, form);
}

function withProperties<F extends Error>(error: F, { properties }: Facts): F {
  return properties === undefined ? error : Object.assign(error, load<object>(properties));
}

function putStack(error: Error, stack: string): void {
  Object.defineProperty(error, "stack", { value: showStack(error, stack), writable: true, configurable: true });
}

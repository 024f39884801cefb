import { defineErrors } from "../core/errors/define-errors.js";
import { IllegalArgumentError } from "../core/errors/spark-error.js";

/** The errors of sessions. */
export const E = defineErrors("sql", {
  CANNOT_MODIFY_CONFIG: {
    base: IllegalArgumentError,
    message: (key: string) =>
      `Cannot modify the value of the Spark config: ${key}. It is read when the context starts; give it to the builder's config("${key}", …), or to --conf.`,
    doc: "`spark.conf.set` or `unset` of a key that the context reads when it starts.",
  },
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { type SessionHarness, startSession } from "./session-harness.js";
import { type Command, type ModelValue, SessionModel } from "./session-model.js";

const value: fc.Arbitrary<ModelValue> = fc.oneof(
  fc.integer({ min: 0, max: 99 }).map(n => ({ type: "number", shown: `${n}`, code: `${n}` })),
  fc.constantFrom("x", "yy").map(s => ({ type: "string", shown: `'${s}'`, code: `"${s}"` })),
  fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }).map(xs => {
    const shown = `[ ${xs.join(", ")} ]`;
    return { type: "number[]", shown, code: shown };
  }),
);
const number = value.filter(v => v.type === "number");
const name = fc.constantFrom("a", "b", "c", "d");

const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("use" as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("declare" as const),
      name,
      keyword: fc.constantFrom("const", "let"),
      value,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("assign" as const), name, value: fc.option(value, { nil: undefined }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("maybe" as const), name, value: fc.option(number, { nil: undefined }) }),
  },
  fc.record({ do: fc.constantFrom("function" as const, "class" as const), name, value }),
  fc.record({ do: fc.constantFrom("declareWrong" as const, "declareThrows" as const, "assignThrows" as const), name }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("capture" as const), name, of: name }) },
  fc.record({ do: fc.constant("throwBetween" as const), name, other: name, value }),
  fc.record({
    do: fc.constant("syntax" as const),
    text: fc.constantFrom("const = 1", "1 +* 2", "f(]", "a b", "let 1x"),
  }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("result" as const), index: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("last" as const, "error" as const) }) },
);

let shell: SessionHarness;
before(async () => {
  shell = await startSession();
});
after(() => shell.dispose());

test("declarations, redefinitions, assignments, failures and uses in any order give what a small model says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commands, { minLength: 30, maxLength: 40 }), async lines => {
      await shell.session.reset();
      const model = new SessionModel();
      const typed: string[] = [];
      for (const line of lines) {
        const { input, output } = model.step(line);
        typed.push(input);
        const said = await shell.type(input);
        const story = `${typed.join("\n")}\nsays\n${said}\nand not\n${output}`;
        if (typeof output === "string") assert.equal(said, output, story);
        else assert.match(said, output, story);
      }
    }),
    { seed: 20261124, numRuns: 8, endOnFailure: true, includeErrorInReport: true },
  );
});

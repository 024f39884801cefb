import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { runCode, runPiped } from "../../src/shell/cli/script-modes.js";
import { Shell } from "../../src/shell/shell.js";
import { ScriptInput } from "../../src/shell/terminal/script-input.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";

const folder = emptyFolder();
let said = { out: "", err: "" };
let harness: SessionHarness;
const write = (text: string) => {
  said.out += text;
};
const writeError = (text: string) => {
  said.err += text;
};

before(async () => {
  writeFileSync(path.join(folder, "a.ts"), "const a = 20\na + 1\n");
  writeFileSync(
    path.join(folder, "jobs.ts"),
    "const mapped = sc.range(2)\n  .map(x => x)\nfunction filtered() { return mapped.filter(x => x > 0) }\n" +
      "const places = [mapped, filtered()].map(rdd => String(rdd).replace(/^.*\\] at /, ''))\n",
  );
  writeFileSync(path.join(folder, "broken.ts"), "const ok = 1\nnope\nconst never = 1\n");
  harness = await startSession({ output: write, errorOutput: writeError });
});
after(() => harness.dispose());

interface Script {
  /** Standard input; or, as a list, what the `-e` options say. */
  readonly input: string | readonly string[];
  readonly keepGoing?: boolean;
  readonly code: number;
  readonly out: string | RegExp;
  readonly err?: RegExp;
}

async function run({ input, keepGoing = false, code, out, err = /^$/ }: Script): Promise<void> {
  said = { out: "", err: "" };
  await harness.session.reset();
  const { session } = harness;
  let script: ScriptInput | undefined;
  const readPaste = async () => (await script?.rest())?.text;
  const shell = new Shell({ session, write, writeError, echo: true, readPaste });
  if (typeof input === "string") {
    const pipe = Object.assign(new EventEmitter(), { setEncoding() {} });
    script = new ScriptInput(pipe, (text, final) => session.statementEnds(text, final));
    pipe.emit("data", input);
    pipe.emit("end");
    await runPiped(shell, script, keepGoing);
  } else await runCode(shell, { code: input, keepGoing });
  assert.equal(await shell.ended(), code, said.err);
  if (typeof out === "string") assert.equal(said.out, out);
  else assert.match(said.out, out);
  assert.match(said.err, err);
}

const file = (name: string) => path.join(folder, name);

const SCRIPTS: Readonly<Record<string, Script>> = {
  "an empty script": { input: "", code: 0, out: "" },
  "a script of blanks and remarks": { input: "\n// nothing\n/* more\n nothing */\n", code: 0, out: "" },
  "statements and blank lines": {
    input: "const a = 1\n\n// remark\na + 1\n",
    code: 0,
    out: "a: number = 1\nres0: number = 2\n",
  },
  "no newline at the end": { input: "1 + 1", code: 0, out: "res0: number = 2\n" },
  "a chain of calls": {
    input: "sc.parallelize([1, 2])\n  .map(x => x * 2)\n  // remark\n  .collect()\n",
    code: 0,
    out: "res0: number[] = [ 2, 4 ]\n",
  },
  "a script stops at its first error": {
    input: "1\nnope\n3\n",
    code: 1,
    out: "res0: number = 1\n",
    err: /^<console>:2:1 - error TS2304: Cannot find name 'nope'/,
  },
  "also where it is thrown": {
    input: '1\n\nthrow new TypeError("boom")\n3\n',
    code: 1,
    out: "res0: number = 1\n",
    err: /^TypeError: boom\n\s+at <console>:3:7\n$/,
  },
  "--keep-going goes on, and ends in 1": {
    input: "1\nnope\n3\n",
    keepGoing: true,
    code: 1,
    out: "res0: number = 1\nres1: number = 3\n",
    err: /TS2304/,
  },
  "a statement that is open at the end": {
    input: "1\n\nfunction f() {\n  1\n",
    code: 1,
    out: "res0: number = 1\n",
    err: /^the statement that begins at <console>:3:1 is still open/,
  },
  "-e, each a line of its own": { input: ["const a = 1", "a + 1"], code: 0, out: "a: number = 1\nres0: number = 2\n" },
  "-e stops at the first error": { input: ["nope", "2"], code: 1, out: "", err: /^<console>:1:1 - error TS2304/ },
  "-e with a command": { input: [":type [1]"], code: 0, out: "number[]\n" },
  ":type answers on standard output": { input: ":type [1]\n", code: 0, out: "number[]\n" },
  ":type of what has none": { input: ":type nope\n", code: 1, out: "", err: /TS2304/ },
  ":type without an expression": { input: ":type\n", code: 1, out: "", err: /^:type is used as :type EXPR\n$/ },
  ":load evaluates a file": {
    input: `:load ${file("a.ts")}\na * 2\n`,
    code: 0,
    out: "a: number = 20\nres0: number = 21\nres1: number = 40\n",
  },
  "a file that is loaded is the call site of what it makes": {
    input: `:load ${file("jobs.ts")}\nplaces.join()\n`,
    code: 0,
    out: /^res\d+: string = 'map at jobs\.ts:2:4,filter at jobs\.ts:3:37'$/m,
  },
  ":load of a file that is missing": {
    input: ":load no.ts\n1\n",
    code: 1,
    out: "",
    err: /^the file no\.ts does not exist/,
  },
  ":load of a folder": { input: `:load ${folder}\n`, code: 1, out: "", err: /is a directory/ },
  ":load of a file with an error": {
    input: `:load ${file("broken.ts")}\n1\n`,
    code: 1,
    out: /^/,
    err: /broken\.ts:2:1 - error TS2304/,
  },
  ":paste takes the rest of a script as one": {
    input: ":paste\nlet a = 1\n  .valueOf()\na\n",
    code: 0,
    out: "a: number = 1\nres0: number = 1\n",
  },
  ":paste FILE": { input: `:paste ${file("a.ts")}\n`, code: 0, out: "a: number = 20\nres0: number = 21\n" },
  ":quit leaves, and its abbreviation": { input: "1\n:q\n2\n", code: 0, out: "res0: number = 1\n" },
  "an unknown command names the nearest": {
    input: ":hlep\n",
    code: 1,
    out: "",
    err: /^:hlep is no command: did you mean :help\?/,
  },
  ":reset does not promise contexts that have stopped": {
    input: "sc.stop()\n:reset\n",
    code: 0,
    out: "All names are forgotten: sc has stopped, and sc = new SparkContext(conf) makes another one.\n",
  },
  ":conf cuts no key into pieces where there is no screen": {
    input: ":conf\n",
    code: 0,
    out: /│ spark\.streaming\.receiver\.writeAheadLog\.closeFileAfterWrite +│ false +│ default +│\n/,
  },
  ":help lists the commands": { input: ":he\n", code: 0, out: /^:help \[COMMAND\] +lists[\s\S]*:conf \[PATTERN\]/ },
  ":help COMMAND says more of it": { input: ":help load\n", code: 0, out: /^:load FILE {2}evaluates/ },
};

for (const [what, script] of Object.entries(SCRIPTS)) test(`script: ${what}`, () => run(script));

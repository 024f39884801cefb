// The shell against `node -i`, ts-node and, where it is asked for, spark-shell: starting, the first result, later lines,
// completion, memory, a piped line. All on a pseudo-terminal but the last.
//   npm run bench -- shell [--runs N] [--peer spark]   (SPARK_HOME: the folder of a Spark)
import { spawnSync } from "node:child_process";
import path from "node:path";
import { inEmptyHome, numberOf, ours, PROMPT, timesToAnswer, timesToPrompt } from "./_shells.mjs";
import { median, middleHalf, pause, Terminal } from "./_terminal.mjs";

const OURS = [process.execPath, ours];
/** Lines before the ones that are measured are typed without waiting. */
const FAR = 1000;
const SETTLE_MS = 8000;

export async function run(args) {
  const runs = numberOf(args, "--runs", 9);
  const wantsSpark = args.includes("spark");
  if (wantsSpark && !process.env.SPARK_HOME) throw new Error("--peer spark needs SPARK_HOME, the folder of a Spark");
  return inEmptyHome(async places => {
    const rows = [];
    const peer = wantsSpark ? await sparkShell(places.warm) : {};
    const add = (what, times, more) =>
      rows.push({ what, tspark: median(times), "middle half": middleHalf(times), unit: "ms", ...more });

    const prompts = await timesToPrompt(runs, places);
    const base = median(prompts["node -i"]);
    const others = { "node -i": base, "ts-node": median(prompts["ts-node"]), "spark-shell": peer.prompt };
    const times = n => ({ target: `${Math.round(n * base)} (${n}x node -i)` });
    add("to the prompt", prompts.plain, { ...others, ...times(1.6) });
    add("to the prompt, with flags", prompts.flags, { ...others, ...times(2.5) });
    add("to the prompt, without a cache", prompts.cold, others);

    const answers = await timesToAnswer(runs, places);
    const first = {
      "node -i": median(answers["node -i"]),
      "ts-node": median(answers["ts-node"]),
      "spark-shell": peer.result,
    };
    add("first typed result, typed at once", answers.warm, { ...first, target: 400 });
    add("the same without a cache", answers.cold, first);

    const later = await laterLines(places.warm);
    add("a line later on, at line 10", later.near, { "spark-shell": peer.line, target: 40 });
    add(`a line later on, at line ${FAR}`, later.far, { "spark-shell": peer.line, target: 40 });
    add("line 10, each using the one before", later.chainedNear, { target: 40 });
    add(`line ${FAR}, each using the one before`, later.chainedFar, { target: 40 });
    add("completion of sc.parallelize([1]).", later.completion, { target: 100 });
    const memory = { tspark: later.memory, unit: "MB", "spark-shell": peer.memory, target: 250 };
    rows.push({ what: "memory of an idle shell, all processes (PSS)", ...memory });

    const piped = [];
    for (let i = -1; i < runs; i++) {
      const begin = performance.now();
      const { stdout } = spawnSync(OURS[0], [OURS[1]], { ...places.warm, input: "1+1\n", encoding: "utf8" });
      if (stdout !== "res0: number = 2\n") throw new Error(`the pipe said: ${stdout}`);
      if (i >= 0) piped.push(performance.now() - begin);
    }
    add("echo '1+1' | tspark-shell", piped, { "spark-shell": peer.piped, target: 1000 });
    return {
      title: "The shell",
      notes: `Medians of ${runs} starts of each in turn on a pseudo-terminal, each alone on the machine; memory ${SETTLE_MS / 1000} s after a first line; spark-shell once.`,
      rows,
      losses: rows
        .filter(r => r.target !== undefined && r.tspark > Number.parseFloat(r.target))
        .map(r => `${r.what}: ${r.tspark.toFixed(0)} ${r.unit}, target ${r.target}.`),
    };
  });
}

/** One session with lines that have nothing to do with each other, one in which each uses the one before. */
async function laterLines(place) {
  const t = new Terminal(OURS, place);
  await t.until(PROMPT);
  const text = i => `const a${i} = [${i}].length`;
  const alone = i => t.line(text(i), new RegExp(`a${i}: number = 1\\n(.*\\n)*tspark> $`));
  await alone(0);
  await pause(SETTLE_MS);
  const memory = t.memory();
  const near = await measured(t, 1, 10, alone, text);
  const completion = [];
  for (let i = -1; i < 5; i++) {
    t.forget();
    t.type("sc.parallelize([1]).");
    await t.until(/parallelize\(\[1\]\)\.$/);
    await pause(300);
    t.forget();
    const begin = performance.now();
    // The first completes what all have in common, the second lists them.
    t.type("\t\t");
    await t.until(/aggregate/);
    if (i >= 0) completion.push(performance.now() - begin);
    t.type("\x03");
    await t.until(PROMPT);
  }
  const far = await measured(t, 13, FAR, alone, text);
  await t.end();

  const c = new Terminal(OURS, place);
  await c.until(PROMPT);
  const uses = i => (i === 0 ? "const v0 = 0" : `const v${i} = v${i - 1} + 1`);
  const chained = i => c.line(uses(i), new RegExp(`v${i}: number = ${i}\\n(.*\\n)*tspark> $`));
  await chained(0);
  const chainedNear = await measured(c, 1, 10, chained, uses);
  const chainedFar = await measured(c, 13, FAR, chained, uses);
  await c.end();
  return { near, far, chainedNear, chainedFar, completion, memory };
}

/** Types lines `from` … and measures the five around `middle`. */
async function measured(terminal, from, middle, line, text) {
  const begin = middle - 2;
  for (let i = from; i < begin; i += 50) {
    const chunk = Array.from({ length: Math.min(50, begin - i) }, (_, k) => text(i + k));
    terminal.forget();
    terminal.type(chunk.map(l => `${l}\r`).join(""));
    const last = /^const (\w+)/.exec(chunk.at(-1))[1];
    await terminal.until(new RegExp(`\\n${last}: number = \\d+\\n(.*\\n)*tspark> $`));
  }
  const times = [];
  for (let i = begin; i <= middle + 2; i++) times.push(await line(i));
  return times;
}

/** Spark's own shell, once each: it takes long. */
async function sparkShell(place) {
  const command = path.join(process.env.SPARK_HOME, "bin/spark-shell");
  const t = new Terminal([command], place);
  const prompt = await t.until(/scala> $/);
  await t.end();
  const u = new Terminal([command], place);
  u.type("1 + 1\r");
  const result = await u.until(/res0: Int = 2/);
  const lines = [];
  for (let i = 0; i < 10; i++) {
    lines.push(await u.line(`val a${i} = ${i}`, new RegExp(`a${i}: Int = ${i}[\\s\\S]*scala> $`)));
  }
  await pause(SETTLE_MS);
  const memory = u.memory();
  await u.end();
  const begin = performance.now();
  spawnSync(command, [], { ...place, input: "1+1\n" });
  return { prompt, result, line: median(lines), memory, piped: performance.now() - begin };
}

// Time from the start of the process to the prompt on a pseudo-terminal, ours and the peers' in turn, medians.
//   npm run bench -- start [--runs N]
import { inEmptyHome, numberOf, timesToPrompt } from "./_shells.mjs";
import { median, middleHalf } from "./_terminal.mjs";

export async function run(args) {
  const runs = numberOf(args, "--runs", 15);
  const times = await inEmptyHome(places => timesToPrompt(runs, places));
  const node = median(times["node -i"]);
  const row = (what, name, target) => ({
    what,
    ours: median(times[name]),
    "ours, middle half": middleHalf(times[name]),
    "node -i": node,
    "node -i, middle half": middleHalf(times["node -i"]),
    "ts-node": median(times["ts-node"]),
    unit: "ms",
    ratio: median(times[name]) / node,
    ...(target === undefined ? {} : { target: `at most ${target}x node -i` }),
  });
  const rows = [
    row("tspark-shell", "plain", 1.6),
    row("tspark-shell with flags", "flags", 2.5),
    row("tspark-shell without a cache", "cold"),
  ];
  return {
    title: "Time to the prompt",
    notes: `Medians of ${runs} starts of each in turn on a pseudo-terminal, and the middle half of the times; each alone on the machine.`,
    rows,
    losses: rows
      .filter(r => r.target !== undefined && r.ratio > Number(/[\d.]+/.exec(r.target)[0]))
      .map(r => `${r.what}: ${r.ratio.toFixed(2)}x node -i, target ${r.target}.`),
  };
}

import { type CliOption, OPTIONS } from "./options.js";

const USAGE = `Usage: tspark-shell [options]              the interactive shell
       tspark-shell [options] FILE [ARG…]  runs a .ts or .js file as a script
       tspark-shell [options] < FILE       reads the script from standard input, echoes results
       tspark-shell [options] -e CODE      evaluates CODE`;

const FOOTER = `Exit codes: 0 fine, 1 an error in the code, 2 wrong usage or configuration, 130 Ctrl-C, 143 SIGTERM.
Options end at FILE or at "--"; what follows FILE belongs to the script (process.argv).
Values of keys: what the code sets, then flags, then --properties-file, then spark-defaults.conf in TSPARK_CONF_DIR.`;

function synopsis(option: CliOption): string {
  const short = option.short ? `-${option.short}, ` : "    ";
  return `  ${short}--${option.name}${option.value ? ` ${option.value}` : ""}`;
}

/** The text of `--help`, made from the table of options. */
export function helpText(): string {
  const left = OPTIONS.map(synopsis);
  const width = Math.max(...left.map(l => l.length)) + 2;
  const lines = OPTIONS.map((option: CliOption, i) => {
    const key = option.conf ? ` (${option.conf})` : "";
    return `${left[i]!.padEnd(width)}${option.doc}${key}`;
  });
  return `${USAGE}\n\nOptions:\n${lines.join("\n")}\n\n${FOOTER}\n`;
}

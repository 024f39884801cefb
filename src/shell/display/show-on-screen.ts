import { registerContextStarter } from "../../core/context-starters.js";
import type { SparkContext } from "../../core/spark-context.js";
import { setStreamDisplay } from "../../streaming/output/stream-display.js";
import { Terminal, type TerminalFacts } from "../terminal/terminal.js";
import { LiveViews } from "./live-views.js";
import { ProgressLine } from "./progress-line.js";

/** Terminals without Braille's signs. */
const PLAIN_TERMINALS = new Set(["linux", "vt100", "vt220"]);

/**
 * The terminal of this process, with what streams and jobs show on it: `live()` and `plot()` where standard output goes to it,
 * progress where standard error does.
 *
 * @param sc the context that is there already; later ones are found
 */
export function openTerminal(
  stream: NodeJS.WriteStream,
  { colors }: TerminalFacts,
  sc: SparkContext | undefined,
): Terminal {
  const terminal = new Terminal(stream);
  const { screen } = terminal;
  if (process.stdout.isTTY) {
    const ascii = PLAIN_TERMINALS.has(process.env["TERM"] ?? "");
    const views = new LiveViews(screen, { colors: colors.out, ascii });
    const undo = setStreamDisplay(views);
    terminal.onDispose(() => {
      views.close();
      undo();
    });
  }
  if (process.stderr.isTTY) {
    const watch = (context: SparkContext): void => {
      if (terminal.disposed || !context.conf.getBoolean("spark.ui.showConsoleProgress")) return;
      const interval = context.conf.getTimeAsMs("spark.ui.consoleProgress.update.interval");
      context.addSparkListener(new ProgressLine(screen, interval));
    };
    registerContextStarter(watch);
    if (sc) watch(sc);
  }
  return terminal;
}

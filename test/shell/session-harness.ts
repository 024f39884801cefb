import { Console } from "node:console";
import { Writable } from "node:stream";
import { SparkConf } from "../../src/core/conf/spark-conf.js";
import * as api from "../../src/index.js";
import { Session, type SessionOptions } from "../../src/shell/session.js";
import { Shell } from "../../src/shell/shell.js";
import { LanguageTypeService } from "../../src/shell/types/language-type-service.js";
import { findTypePaths } from "../../src/shell/types/package-paths.js";
import { loadTypeScript } from "../../src/shell/types/typescript.js";

/** A session in this process, with everything it says kept as text. */
export interface SessionHarness {
  readonly session: Session;
  /** The session with its commands. */
  readonly shell: Shell;
  /** Evaluates an input, or runs a command, and gives all that was said meanwhile, on any output, without the last newline. */
  type(input: string): Promise<string>;
  /** Runs a file as a program and gives all that was said meanwhile. */
  runFile(file: string): Promise<string>;
  dispose(): Promise<void>;
}

let sessions = 0;

/** Starts a session with a real context and its type service in this process. */
export async function startSession(options: Partial<SessionOptions> = {}): Promise<SessionHarness> {
  let said = "";
  sessions++;
  const say = (text: string) => {
    said += text;
  };
  const directory = options.directory ?? process.cwd();
  // A second session in one process looks at the first one's context.
  const sc = api.SparkContext.getOrCreate(
    new SparkConf(false).setMaster("local[*]").setAppName("transcript").set("spark.ui.enabled", "false"),
  );
  const types = new LanguageTypeService({ typescript: await loadTypeScript(), paths: findTypePaths() });
  types.start({ directory, transpileOnly: options.transpileOnly ?? false });
  const session = new Session({
    names: { session: { sc, ssc: undefined, spark: undefined }, api },
    output: say,
    errorOutput: say,
    typeService: types,
    ...options,
  });
  const shell = new Shell({ session, write: say, writeError: say, echo: true, readPaste: async () => undefined });
  const consoleBefore = globalThis.console;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      say(chunk.toString());
      done();
    },
  });
  const hear = async (work: () => Promise<unknown>) => {
    said = "";
    globalThis.console = new Console(stream, stream);
    try {
      await work();
    } finally {
      globalThis.console = consoleBefore;
    }
    return said.replace(/\n$/, "");
  };
  return {
    session,
    shell,
    type: input => hear(() => shell.run(input)),
    runFile: file => hear(() => session.runFile(file)),
    async dispose() {
      await session.dispose();
      if (--sessions === 0) await sc.stop();
    },
  };
}

import { TSPARK_VERSION, typescriptVersion } from "./versions.js";

/** What a start has to say: each line as soon as it is true. */
export const startUpLines = {
  logLevel: (level: string) =>
    `Setting default log level to "${level}".\nTo adjust logging level use sc.setLogLevel(newLevel).\n`,
  webUi: (url: string) => `Spark context Web UI available at ${url}\n`,
  contexts: (master: string, appId: string, batchMs: number) =>
    `Spark context available as 'sc' (master = ${master}, app id = ${appId}).\n` +
    `Streaming context available as 'ssc' (batch = ${batchMs} ms).\n` +
    `Spark session available as 'spark'.\n`,
};

const LOGO = String.raw`    __                    __
   / /_ ___ ___  ___ _____/ /__
  / __/(_-</ _ \/ _ |/ __/  '_/
  \__//___/ .__/\_,_/_/ /_/\_\
         /_/`;

/** From `Welcome to` to `:help`: for terminals only. */
export function banner(): string {
  return (
    `Welcome to\n${LOGO}                    version ${TSPARK_VERSION}\n\n` +
    `Using TypeScript version ${typescriptVersion()} (Node.js ${process.version})\n` +
    `Type in expressions to have them evaluated.\nType :help for more information.\n\n`
  );
}

// A real Flume agent, from a configuration that is written here.
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { flumeJars } from "./jars.mjs";
import { startJava } from "./java-process.mjs";

const LOG4J = `log4j.rootLogger=INFO,a
log4j.appender.a=org.apache.log4j.ConsoleAppender
log4j.appender.a.layout=org.apache.log4j.PatternLayout
log4j.appender.a.layout.ConversionPattern=%d %p %c{1} - %m%n
`;

/**
 * Starts an agent of one source, one channel in memory and one sink.
 *
 * @param options.dir     its folder, for its configuration and its log
 * @param options.source  settings of the source: `{ type: "seq", totalEvents: 1000 }`
 * @param options.sink    settings of the sink: `{ type: "avro", hostname: "127.0.0.1", port: 4141 }`
 * @param options.channel settings of the channel
 */
export async function startAgent({ dir, source, sink, channel = {} }) {
  const jars = await flumeJars();
  mkdirSync(dir, { recursive: true });
  const parts = {
    "sources.in": { channels: "kept", ...source },
    "channels.kept": { type: "memory", capacity: 200_000, transactionCapacity: 10_000, ...channel },
    "sinks.out": { channel: "kept", ...sink },
  };
  const lines = ["agent.sources = in", "agent.channels = kept", "agent.sinks = out"];
  for (const [part, settings] of Object.entries(parts)) {
    for (const [key, value] of Object.entries(settings)) lines.push(`agent.${part}.${key} = ${value}`);
  }
  const config = path.join(dir, "agent.properties");
  writeFileSync(config, `${lines.join("\n")}\n`);
  const log4j = path.join(dir, "log4j.properties");
  writeFileSync(log4j, LOG4J);
  const logFile = path.join(dir, "agent.log");
  const log = openSync(logFile, "a");
  const { child, gone, end } = startJava(
    [
      ...["-Xmx256m", `-Dlog4j.configuration=file:${log4j}`, "-cp", path.join(jars, "*")],
      ...["org.apache.flume.node.Application", "--no-reload-conf", "--name", "agent", "--conf-file", config],
    ],
    ["ignore", log, log],
  );
  return {
    pid: child.pid,
    logFile,
    /** What it has logged. */
    log: () => readFileSync(logFile, "utf8"),
    gone,
    /** Stops it in order. */
    stop: () => end("SIGTERM"),
    /** Ends it as a crash would. */
    kill9: () => end("SIGKILL"),
  };
}

// npm run flume -- COMMAND: Flume on this machine, for the README's example, for tests and for benchmarks.
import path from "node:path";
import { createInterface } from "node:readline";
import { fail, parseCommandLine, portOf, runCommand } from "./command-line.mjs";
import { startAgent, startClients, whyNoFlume } from "./flume/index.mjs";
import { cache } from "./flume/paths.mjs";
import { HOST, isOpen } from "./java/servers.mjs";

const HELP = `npm run flume -- COMMAND
  send --to PORT [--records N] [--size 100] [--compressed]
        lines of standard input, or N events, by Flume's RPC client to a stream that listens at 127.0.0.1:PORT
  agent --to PORT [--listen 44444] [--compressed]
        an agent whose Avro sink pushes there what is sent to its own port, a line an event, until Ctrl-C
  spark-sink --port PORT [--listen 44444]
        an agent with Spark's sink, from which a polling stream pulls
The first time Maven fetches the jars.
`;

const text = { type: "string" };
const flag = { type: "boolean" };
const options = { to: text, port: text, listen: text, records: text, size: text, compressed: flag };
const commandLine = parseCommandLine(options, HELP);
const { values, positionals } = commandLine;
const [command] = positionals;
const given = (name, otherwise) =>
  portOf(name, values[name] ?? otherwise ?? fail(`${command} needs --${name}\n${HELP}`));
/** An agent does not say that its port is taken, but in its log. */
const freePortOf = async (name, otherwise) => {
  const port = given(name, otherwise);
  return (await isOpen(port)) ? fail(`port ${port} of ${HOST} is taken: choose another with --${name}`) : port;
};
const needFlume = async () => {
  const why = await whyNoFlume();
  if (why !== undefined) fail(why);
};
const compression = values.compressed ? { "compression-type": "deflate" } : {};

async function runAgent(sink, what) {
  const port = await freePortOf("listen", 44_444);
  await needFlume();
  const source = { type: "netcat", bind: HOST, port, "ack-every-event": false };
  const agent = await startAgent({ dir: path.join(cache, "agent", String(port)), source, sink });
  console.log(`An agent starts: what is sent to ${HOST}:${port}, a line an event, ${what}`);
  console.log(`Its log is ${path.relative(process.cwd(), agent.logFile)}; Ctrl-C ends it.`);
  await agent.gone;
}

const commands = {
  async send() {
    const port = given("to");
    await needFlume();
    const clients = await startClients();
    try {
      const client = await clients.open(port, compression);
      let sent = 0;
      if (values.records !== undefined) {
        sent = Number(values.records);
        const { ms } = await client.load(0, sent, { size: Number(values.size ?? 100) });
        console.log(`${Math.round((sent / ms) * 1000)} events/s`);
      } else {
        for await (const line of createInterface({ input: process.stdin })) {
          await client.append(line);
          sent++;
        }
      }
      console.log(`sent ${sent} event${sent === 1 ? "" : "s"}`);
    } catch (error) {
      if (await isOpen(port)) throw error;
      throw new Error(`nothing listens at ${HOST}:${port}: start the stream first`);
    } finally {
      await clients.stop();
    }
  },
  agent() {
    const port = given("to");
    const sink = { type: "avro", hostname: HOST, port, ...compression };
    return runAgent(sink, `goes to ${HOST}:${port}.`);
  },
  async "spark-sink"() {
    const port = await freePortOf("port");
    const sink = { type: "org.apache.spark.streaming.flume.sink.SparkSink", hostname: HOST, port };
    return runAgent(sink, `is kept until a stream pulls it from ${HOST}:${port}.`);
  },
};

await runCommand(commandLine, commands, HELP);

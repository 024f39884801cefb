// npm run kafka -- COMMAND: a real broker on this machine, for the README's example, for tests and for benchmarks.
import path from "node:path";
import { fail, heapOf, parseCommandLine, portOf, runCommand } from "./command-line.mjs";
import {
  createTopic,
  deleteTopic,
  isRunning,
  listTopics,
  produce,
  readState,
  startKafka,
  stopKafka,
} from "./kafka/index.mjs";
import { defaultDir } from "./kafka/paths.mjs";

const HELP = `npm run kafka -- COMMAND
  start [--port N] [--heap 256m]        starts a broker on 127.0.0.1; the first time Maven fetches its jars
  start --brokers 2                     a cluster of several; topics then have --replicas
  stop | kill                           in order, or as a crash would (kill -9); the data stays
  status                                where it listens
  topics                                every topic with its first and next offsets
  topic NAME [--partitions 1]           creates a topic
  topic NAME --delete
  produce NAME [--compression gzip]     lines of standard input as values, or KEY<tab>VALUE
  produce NAME --records N [--size 100] [--keys 1000] [--compression none|gzip|snappy|lz4|zstd]
  --dir DIR  before any of them: the broker's folder, default .cache/kafka/broker
`;

const text = { type: "string" };
const options = {
  dir: text,
  port: text,
  heap: text,
  partitions: text,
  brokers: text,
  replicas: text,
  delete: { type: "boolean" },
};
for (const name of ["records", "size", "keys", "compression", "from", "timestamp", "transaction-size"])
  options[name] = text;
const commandLine = parseCommandLine(options, HELP);
const { values, positionals } = commandLine;
const [command, name] = positionals;
const dir = path.resolve(values.dir ?? defaultDir);
const { dir: _, port: _port, heap: _heap, partitions, brokers, replicas, delete: remove, help, ...records } = values;
const port = portOf("port", values.port);
const heap = heapOf(values.heap);
/** The folders of the brokers: the first one's, and those beside it that exist. */
const dirOf = node => (node === 1 ? dir : `${dir}-${node}`);
const others = () => {
  const dirs = [];
  for (let node = 2; readState(dirOf(node)) !== undefined; node++) dirs.push(dirOf(node));
  return dirs;
};

const running = () => {
  if (!isRunning(dir)) fail("no broker runs: start one with  npm run kafka -- start");
  return readState(dir).bootstrap;
};
const named = () => name ?? fail(`${command} needs the name of a topic\n${HELP}`);

const end = async (signal, done) => {
  // The first one last: the others want its controller to leave in order.
  let ended = 0;
  for (const each of [...others(), dir]) if (await stopKafka(each, signal)) ended++;
  console.log(ended === 0 ? "no broker was running" : done);
};

const commands = {
  async start() {
    if (isRunning(dir)) return console.log(`a broker runs already at ${readState(dir).bootstrap}`);
    const broker = await startKafka({ dir, port, heap, keepRunning: true });
    for (let node = 2, join = broker; node <= Number(brokers ?? 1); node++) {
      join = await startKafka({ dir: dirOf(node), join, heap, keepRunning: true });
      console.log(`broker ${node} is ready at ${join.bootstrap} (process ${join.pid})`);
    }
    console.log(
      `Kafka is ready at ${broker.bootstrap} (process ${broker.pid}, log ${path.relative(process.cwd(), broker.logFile)})`,
    );
  },
  stop: () => end("SIGTERM", "stopped"),
  kill: () => end("SIGKILL", "killed"),
  status: () => console.log(isRunning(dir) ? `running at ${readState(dir).bootstrap}` : "not running"),
  async topics() {
    for (const { topic, partitions: parts } of await listTopics(running())) {
      console.log(`${topic}\t${parts.map(p => `${p.partition}: ${p.low}..${p.high}`).join("  ")}`);
    }
  },
  async topic() {
    const bootstrap = running();
    if (remove) {
      await deleteTopic(bootstrap, named());
      return console.log(`deleted ${name}`);
    }
    const count = Number(partitions ?? 1);
    const made = await createTopic(bootstrap, named(), { partitions: count, replicas: Number(replicas ?? 1) });
    console.log(made ? `created ${name} with ${count} partition${count === 1 ? "" : "s"}` : `${name} is there already`);
  },
  async produce() {
    const sent = await produce(
      { bootstrap: running(), topic: named(), ...records },
      records.records ? undefined : "inherit",
    );
    console.log(`wrote ${sent} record${sent === 1 ? "" : "s"} to ${name}`);
  },
};

await runCommand(commandLine, commands, HELP);

// npm run hdfs -- COMMAND: a real HDFS on this machine, for the README's example and for tests.
import path from "node:path";
import { parseArgs } from "node:util";
import { isRunning, readState, startHdfs, stopHdfs } from "./hdfs/index.mjs";
import { defaultDir } from "./hdfs/paths.mjs";

const HELP = `npm run hdfs -- COMMAND
  start [--heap 128m]   starts a NameNode and a DataNode on 127.0.0.1; the first time Maven fetches their jars
  stop                  in order; the data stays
  status                where it is, and what HADOOP_CONF_DIR is to be set to
  --dir DIR  before any of them: its folder, default .cache/hdfs/cluster
`;

const fail = message => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

function parse() {
  const text = { type: "string" };
  try {
    return parseArgs({ options: { dir: text, heap: text, help: { type: "boolean" } }, allowPositionals: true });
  } catch (error) {
    return fail(`${error.message}\n${HELP}`);
  }
}

const { values, positionals } = parse();
const [command] = positionals;
const dir = path.resolve(values.dir ?? defaultDir);
const where = () => {
  const { root, httpPort, conf } = readState(dir);
  return `${root}, WebHDFS at 127.0.0.1:${httpPort}\nexport HADOOP_CONF_DIR=${conf}`;
};

const commands = {
  async start() {
    if (isRunning(dir)) return console.log(`HDFS runs already at ${where()}`);
    await startHdfs({ dir, heap: values.heap, keepRunning: true });
    console.log(`HDFS is ready at ${where()}`);
  },
  stop: async () => console.log((await stopHdfs(dir)) ? "stopped" : "no HDFS was running"),
  status: () => console.log(isRunning(dir) ? `running at ${where()}` : "not running"),
};

if (values.help || command === undefined) process.stdout.write(HELP);
else if (!Object.hasOwn(commands, command)) fail(`unknown command ${command}\n${HELP}`);
else {
  try {
    await commands[command]();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

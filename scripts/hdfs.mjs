// npm run hdfs -- COMMAND: a real HDFS on this machine, for the README's example and for tests.
import path from "node:path";
import { heapOf, parseCommandLine, runCommand } from "./command-line.mjs";
import { isRunning, readState, startHdfs, stopHdfs } from "./hdfs/index.mjs";
import { defaultDir } from "./hdfs/paths.mjs";

const HELP = `npm run hdfs -- COMMAND
  start [--heap 128m]   starts a NameNode and a DataNode on 127.0.0.1; the first time Maven fetches their jars
  stop                  in order; the data stays
  status                where it is, and what HADOOP_CONF_DIR is to be set to
  --dir DIR  before any of them: its folder, default .cache/hdfs/cluster
`;

const text = { type: "string" };
const commandLine = parseCommandLine({ dir: text, heap: text }, HELP);
const { values } = commandLine;
const dir = path.resolve(values.dir ?? defaultDir);
const heap = heapOf(values.heap);
const where = () => {
  const { root, httpPort, conf } = readState(dir);
  return `${root}, WebHDFS at 127.0.0.1:${httpPort}\nexport HADOOP_CONF_DIR=${conf}`;
};

const commands = {
  async start() {
    if (isRunning(dir)) return console.log(`HDFS runs already at ${where()}`);
    await startHdfs({ dir, heap, keepRunning: true });
    console.log(`HDFS is ready at ${where()}`);
  },
  stop: async () => console.log((await stopHdfs(dir)) ? "stopped" : "no HDFS was running"),
  status: () => console.log(isRunning(dir) ? `running at ${where()}` : "not running"),
};

await runCommand(commandLine, commands, HELP);

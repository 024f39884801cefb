// A real NameNode with one DataNode on loopback, with a folder of their own for configuration, data, logs and state.
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { digest, once } from "../java/jars.mjs";
import { endProcess, freePort, HOST, isAlive, killAtEnd, stateOf, tailOf } from "../java/servers.mjs";
import { hdfsJars } from "./jars.mjs";
import { cache, defaultDir, here } from "./paths.mjs";

const NAME_NODE = "org.apache.hadoop.hdfs.server.namenode.NameNode";
const DATA_NODE = "org.apache.hadoop.hdfs.server.datanode.DataNode";

/** What was written when the cluster of `dir` was started, or `undefined`. */
export const readState = (dir = defaultDir) => stateOf(dir);

/** Whether the NameNode of `dir` runs. */
export function isRunning(dir = defaultDir) {
  const state = readState(dir);
  return state?.pid !== undefined && isAlive(state.pid);
}

const xml = properties =>
  `<?xml version="1.0"?>\n<configuration>\n${Object.entries(properties)
    .map(([name, value]) => `  <property><name>${name}</name><value>${value}</value></property>\n`)
    .join("")}</configuration>\n`;

const LOG4J = `log4j.rootLogger=WARN,a
log4j.appender.a=org.apache.log4j.ConsoleAppender
log4j.appender.a.target=System.err
log4j.appender.a.layout=org.apache.log4j.PatternLayout
log4j.appender.a.layout.ConversionPattern=%d %p %c{1} - %m%n
`;

/**
 * Starts a NameNode and a DataNode and resolves when files can be written (4 s). What `dir` holds from an earlier run is kept:
 * the same ports and the same data. `dir/conf` is what `HADOOP_CONF_DIR` is to be set to.
 *
 * @param options.dir          its folder; default `.cache/hdfs/cluster`
 * @param options.heap         of each of the two; default `128m`
 * @param options.extra        further properties of `hdfs-site.xml`
 * @param options.keepRunning  the cluster outlives this process; default: it is killed at exit
 */
export async function startHdfs(options = {}) {
  const dir = path.resolve(options.dir ?? defaultDir);
  if (isRunning(dir)) throw new Error(`an HDFS of ${dir} runs already as process ${readState(dir).pid}: stop it first`);
  const before = readState(dir);
  const jars = await hdfsJars();
  const conf = path.join(dir, "conf");
  mkdirSync(conf, { recursive: true });
  const port = before?.port ?? (await freePort());
  const httpPort = before?.httpPort ?? (await freePort());
  const root = `hdfs://${HOST}:${port}`;
  writeFileSync(
    path.join(conf, "core-site.xml"),
    xml({ "fs.defaultFS": root, "hadoop.tmp.dir": path.join(dir, "tmp") }),
  );
  writeFileSync(
    path.join(conf, "hdfs-site.xml"),
    xml({
      "dfs.namenode.http-address": `${HOST}:${httpPort}`,
      "dfs.namenode.name.dir": path.join(dir, "name"),
      "dfs.datanode.data.dir": path.join(dir, "data"),
      "dfs.datanode.hostname": HOST,
      "dfs.datanode.address": `${HOST}:0`,
      "dfs.datanode.http.address": `${HOST}:0`,
      "dfs.datanode.ipc.address": `${HOST}:0`,
      "dfs.replication": 1,
      // The least there is, so that a small file has several.
      "dfs.blocksize": 1 << 20,
      "dfs.namenode.safemode.extension": 0,
      "dfs.namenode.heartbeat.recheck-interval": 1000,
      "dfs.heartbeat.interval": 1,
      "dfs.namenode.handler.count": 4,
      // How soon a DataNode that closes a file looks again whether the NameNode has heard of its last block, ms.
      "dfs.client.block.write.locateFollowingBlock.initial.delay.ms": 20,
      ...options.extra,
    }),
  );
  // The folders of the pages, which the jars do not hold: WebHDFS is served beside them.
  const pages = path.join(dir, "pages");
  for (const name of ["hdfs", "datanode", "static"]) mkdirSync(path.join(pages, "webapps", name), { recursive: true });
  const log4j = path.join(dir, "log4j.properties");
  writeFileSync(log4j, LOG4J);

  const heap = options.heap ?? "128m";
  const java = [
    ...["-cp", [conf, pages, path.join(jars, "*")].join(path.delimiter)],
    ...[`-Dlog4j.configuration=file:${log4j}`, "-Djava.net.preferIPv4Stack=true"],
    ...["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", `-Xmx${heap}`],
    ...["--add-opens", "java.base/java.lang=ALL-UNNAMED"],
  ];
  const name = path.join(dir, "name");
  if (!existsSync(path.join(name, "current/VERSION"))) {
    // A NameNode that has nothing yet is the same for all.
    const formatted = await once(path.join(cache, `formatted-${digest(path.join(here, "pom.xml"))}`), target =>
      promisify(execFile)("java", [...java, NAME_NODE, `-Ddfs.namenode.name.dir=${target}`, "-format", "-force"]),
    );
    cpSync(formatted, name, { recursive: true });
  }

  const releases = [];
  const start = (main, logFile) => {
    const log = openSync(logFile, "a");
    // Its own process group: Ctrl-C in the terminal that started it is not meant for it.
    const child = spawn("java", [...java, main], { stdio: ["ignore", log, log], detached: true });
    child.unref();
    if (!options.keepRunning) releases.push(killAtEnd(child.pid));
    return child;
  };
  const nameLog = path.join(dir, "namenode.log");
  const dataLog = path.join(dir, "datanode.log");
  const nameNode = start(NAME_NODE, nameLog);
  let dataNode = start(DATA_NODE, dataLog);
  const state = () => ({ pid: nameNode.pid, dataNodePid: dataNode.pid, port, httpPort, root, conf });
  const keep = () => writeFileSync(path.join(dir, "state.json"), `${JSON.stringify(state(), undefined, 2)}\n`);
  keep();

  /** The address of the DataNode that the NameNode knows. */
  let known;
  const ready = async () => {
    for (let tries = 0; ; tries++) {
      const found = await readyDataNode(httpPort);
      if (found !== undefined && found !== known) {
        known = found;
        return;
      }
      for (const [child, what, log] of [
        [nameNode, "NameNode", nameLog],
        [dataNode, "DataNode", dataLog],
      ]) {
        if (child.exitCode !== null || tries > 1200) {
          throw new Error(`the ${what} did not start; the end of ${log}:\n${tailOf(log)}`);
        }
      }
      await sleep(50);
    }
  };
  await ready();

  const end = async signal => {
    await Promise.all([endProcess(dataNode.pid, signal), endProcess(nameNode.pid, signal)]);
    for (const release of releases) release();
  };
  return {
    ...state(),
    dir,
    /** `host:port` of WebHDFS. */
    http: `${HOST}:${httpPort}`,
    /** A command of Java's own tools: `run("org.apache.hadoop.fs.FsShell", "-ls", "/")`; what it printed. */
    run: async (main, ...args) => (await promisify(execFile)("java", [...java, main, ...args])).stdout,
    /** Ends the DataNode as a crash would. */
    killDataNode: () => endProcess(dataNode.pid, "SIGKILL"),
    /** Starts it again, and resolves when it can be written to. */
    async restartDataNode() {
      await endProcess(dataNode.pid, "SIGKILL");
      dataNode = start(DATA_NODE, dataLog);
      keep();
      await ready();
    },
    /** Stops both in order; the data stays. */
    stop: () => end("SIGTERM"),
    /** Stops both at once and removes the folder. */
    async remove() {
      await end("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The DataNode by which the NameNode takes and gives files: it has told of all its blocks, and safe mode is over. */
async function readyDataNode(httpPort) {
  try {
    const answer = await fetch(`http://${HOST}:${httpPort}/jmx?qry=${encodeURIComponent("Hadoop:service=NameNode,*")}`);
    const { beans } = await answer.json();
    const bean = name => beans.find(b => b.name.endsWith(`name=${name}`));
    const { FSState, BlocksTotal } = bean("FSNamesystemState");
    const [node] = Object.values(JSON.parse(bean("NameNodeInfo").LiveNodes));
    return FSState === "Operational" && node?.numBlocks === BlocksTotal ? node.infoAddr : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the cluster of `dir`; `false` when none runs. */
export async function stopHdfs(dir = defaultDir) {
  if (!isRunning(dir)) return false;
  const { pid, dataNodePid } = readState(dir);
  await Promise.all([endProcess(dataNodePid, "SIGTERM"), endProcess(pid, "SIGTERM")]);
  return true;
}

// A real broker in KRaft mode on loopback, with its own folder for data, log and state.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, freePort, HOST, isAlive, isOpen, killAtEnd, stateOf, tailOf } from "../java/servers.mjs";
import { kafkaJars } from "./jars.mjs";
import { defaultDir } from "./paths.mjs";

/** What was written when the broker of `dir` was started, or `undefined`. */
export function readState(dir = defaultDir) {
  return stateOf(dir);
}

/** Whether the broker of `dir` runs. */
export function isRunning(dir = defaultDir) {
  const state = readState(dir);
  return state?.pid !== undefined && isAlive(state.pid);
}

function properties({ dir, nodeId, port, controllerPort, voters, listener, ports, extra }) {
  const controller = controllerPort !== undefined;
  const further = Object.entries(ports).map(([name, n]) => `,${name}://${HOST}:${n}`);
  return {
    "process.roles": controller ? "broker,controller" : "broker",
    "node.id": nodeId,
    "controller.quorum.voters": voters,
    listeners: `${listener}://${HOST}:${port}${further.join("")}${controller ? `,CONTROLLER://${HOST}:${controllerPort}` : ""}`,
    "advertised.listeners": `${listener}://${HOST}:${port}${further.join("")}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": listener,
    "listener.security.protocol.map": [
      "CONTROLLER:PLAINTEXT",
      ...[listener, ...Object.keys(ports)].map(l => `${l}:${l}`),
    ].join(),
    "log.dirs": path.join(dir, "data"),
    "auto.create.topics.enable": false,
    // One node holds the internal topics: they are kept as small as they can be.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    // A killed broker may come back only when its session has ended.
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "log.retention.hours": -1,
    "log.cleaner.dedupe.buffer.size": 8 << 20,
    "num.network.threads": 2,
    "num.io.threads": 2,
    "background.threads": 2,
    ...extra,
  };
}

const LOG4J = `rootLogger.level=WARN
rootLogger.appenderRef.a.ref=a
appender.a.type=Console
appender.a.name=a
appender.a.layout.type=PatternLayout
appender.a.layout.pattern=%d %p %c - %m%n
`;

/**
 * Starts a broker and resolves when it takes connections (3-6 s). What `dir` holds from an earlier run is kept: the same
 * ports and the same data.
 *
 * @param options.dir          its folder; default `.cache/kafka/broker`
 * @param options.port         default: the one it had before, else a free one
 * @param options.heap         default `256m`
 * @param options.join         a started broker whose cluster this one joins as a further node
 * @param options.listener     `PLAINTEXT` (default), `SSL`, `SASL_PLAINTEXT`, `SASL_SSL`: the matching settings go into `extra`
 * @param options.listeners    further listeners beside it, `["SSL", "SASL_PLAINTEXT"]`, on free ports: see `ports`
 * @param options.extra        further lines of `server.properties`
 * @param options.format       further arguments when the storage is formatted, e.g. users: `["--add-scram", "…"]`
 * @param options.keepRunning  the broker outlives this process; default: it is killed at exit
 */
export async function startKafka(options = {}) {
  const dir = path.resolve(options.dir ?? defaultDir);
  const before = readState(dir);
  if (before?.pid !== undefined && isAlive(before.pid)) {
    throw new Error(`a broker of ${dir} runs already as process ${before.pid} at ${before.bootstrap}: stop it first`);
  }
  const jars = await kafkaJars();
  mkdirSync(dir, { recursive: true });
  const { join } = options;
  const nodeId = before?.nodeId ?? (join ? join.nodeId + 1 : 1);
  const port = options.port ?? before?.port ?? (await freePort());
  const controllerPort = join ? undefined : (before?.controllerPort ?? (await freePort()));
  const voters = join ? join.voters : `${nodeId}@${HOST}:${controllerPort}`;
  const clusterId = before?.clusterId ?? join?.clusterId ?? randomBytes(16).toString("base64url").replace(/^-/, "A");

  const listener = options.listener ?? "PLAINTEXT";
  const ports = before?.ports ?? {};
  for (const name of options.listeners ?? []) ports[name] ??= await freePort();
  const config = path.join(dir, "server.properties");
  const lines = properties({ dir, nodeId, port, controllerPort, voters, listener, ports, extra: options.extra });
  writeFileSync(
    config,
    Object.entries(lines)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
  const log4j = path.join(dir, "log4j2.properties");
  writeFileSync(log4j, LOG4J);
  const logFile = path.join(dir, "kafka.log");

  const java = [
    "-cp",
    path.join(jars, "*"),
    `-Dlog4j2.configurationFile=${log4j}`,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
  ];
  if (!existsSync(path.join(dir, "data/meta.properties"))) {
    const format = [
      "-Xmx128m",
      "kafka.tools.StorageTool",
      "format",
      "-t",
      clusterId,
      "-c",
      config,
      ...(options.format ?? []),
    ];
    const done = spawnSync("java", [...java, ...format], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`the broker's storage could not be formatted: ${done.stdout}${done.stderr}`);
  }

  const heap = options.heap ?? "256m";
  const log = openSync(logFile, "a");
  const child = spawn(
    "java",
    [...java, `-Xms${heap}`, `-Xmx${heap}`, "-XX:MaxDirectMemorySize=128m", "kafka.Kafka", config],
    {
      stdio: ["ignore", log, log],
      // Its own process group: Ctrl-C in the terminal that started it is not meant for it.
      detached: true,
    },
  );
  child.unref();
  const bootstrap = `${HOST}:${port}`;
  const state = { pid: child.pid, nodeId, port, ports, controllerPort, voters, clusterId, bootstrap };
  writeFileSync(path.join(dir, "state.json"), `${JSON.stringify(state, undefined, 2)}\n`);
  // A test run that is ended by a signal leaves no broker behind either.
  const release = options.keepRunning ? () => {} : killAtEnd(child.pid);

  for (let tries = 0; !(await isOpen(port)); tries++) {
    if (child.exitCode !== null || tries > 600) {
      throw new Error(`the broker did not start; the end of ${logFile}:\n${tailOf(logFile)}`);
    }
    await sleep(100);
  }

  const end = async signal => {
    await endProcess(child.pid, signal);
    release();
  };
  return {
    ...state,
    dir,
    logFile,
    /** Stops it in order; its data stays. */
    stop: () => end("SIGTERM"),
    /** Ends it as a crash would. */
    kill9: () => end("SIGKILL"),
    /** Starts it again on the same port with the same data; resolves to the new handle. */
    restart: () => startKafka({ ...options, dir, port }),
    /** Stops it at once and removes its folder. */
    async remove() {
      await end("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Ends the broker of `dir`; `false` when none runs. */
export async function stopKafka(dir = defaultDir, signal = "SIGTERM") {
  if (!isRunning(dir)) return false;
  await endProcess(readState(dir).pid, signal);
  return true;
}

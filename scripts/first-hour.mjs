// docs/first-hour.md: runs what the page says is typed, and writes what came back into it.
// `npm run docs -- first-hour` writes it (a Kafka broker is started where Java and Maven are); a test compares it.
// Blocks marked ```console hold lines that begin with "$ " (the system's shell) or "tspark> " (one session for the whole page).
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createTopic, produce, startKafka, whyNoKafka } from "./kafka/index.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = path.join(root, "docs/first-hour.md");
const SHELL = "$ npx tspark-shell";
const MARK = "@@answered@@";
const SENT = "to be or not to be\n";

/** The page taken apart: text, and blocks with the steps in them. */
function parse(page) {
  return page.split(/^(```console[^\n]*\n[\s\S]*?^```$)/m).map(part => {
    const block = /^```console([^\n]*)\n([\s\S]*?)^```$/m.exec(part);
    if (!block) return { text: part };
    const steps = [];
    let heredoc;
    for (const line of block[2].split("\n").slice(0, -1)) {
      const step = steps.at(-1);
      if (heredoc !== undefined) {
        step.input += `\n${line}`;
        if (line === heredoc) heredoc = undefined;
      } else if (/^(?:\$|tspark>) /.test(line)) {
        steps.push({ input: line, output: [] });
        heredoc = /<<'(\w+)'/.exec(line)?.[1];
      } else step?.output.push(line);
    }
    return { mark: block[1].trim(), steps };
  });
}

const render = parts =>
  parts
    .map(({ text, mark, steps }) => {
      if (text !== undefined) return text;
      const lines = steps.flatMap(step => [step.input, ...step.output]);
      return `\`\`\`console${mark ? ` ${mark}` : ""}\n${lines.join("\n")}\n\`\`\``;
    })
    .join("");

/** Makes equal what differs from run to run; times of batches become a clock that begins with the page. */
function settle(text, ports) {
  let times = [];
  return (
    text
      .replace(/\x1b\[[0-9;]*m/g, "")
      .replace(/^\d\d\/\d\d\/\d\d [\d:]+ WARN .*\n/gm, "")
      .replace(/local-\d{10,}/g, "local-1795454665218")
      // At a prompt lines count within what was typed, here from the beginning of the input.
      .replace(/<console>:\d+:/g, "<console>:1:")
      // A batch more or less may come before a stream has been stopped: those without anything are left out.
      .replace(/^Time: \d+ ms {2}0\n/gm, "")
      .replace(/(http:\/\/localhost:)\d+/g, "$14040")
      .replaceAll(String(ports.socket), "9999")
      .replaceAll(String(ports.kafka), "9092")
      .replace(/-{43}\nTime: \d+ ms\n-{43}\n\n/g, "")
      .replace(/(?<=Time: )\d+(?= ms)/g, time => {
        times = times.includes(time) ? times : [...times, time];
        return String(1795454666000 + 1000 * times.indexOf(time));
      })
  );
}

/** A session whose answers are told apart by marks. */
class Conversation {
  #said = "";
  #wake = () => {};

  constructor(folder, env, args) {
    const line = `exec "${process.execPath}" "${path.join(root, "bin/tspark-shell")}" --keep-going ${args} 2>&1`;
    this.child = spawn("/bin/sh", ["-c", line], { cwd: folder, env });
    this.child.stdout.setEncoding("utf8").on("data", text => {
      this.#said += text;
      this.#wake();
    });
    this.ended = new Promise(resolve => this.child.on("close", resolve));
    this.child.on("close", () => this.#wake());
  }

  /** What is said up to `end`. */
  async until(end) {
    for (;;) {
      const at = this.#said.indexOf(end);
      if (at >= 0) {
        const text = this.#said.slice(0, at);
        this.#said = this.#said.slice(at + end.length);
        return text;
      }
      if (this.child.exitCode !== null) throw new Error(`the session has ended:\n${this.#said}`);
      await new Promise(resolve => {
        this.#wake = resolve;
      });
    }
  }

  async say(input) {
    this.child.stdin.write(`${input}\nconsole.log("${MARK}")\n`);
    return this.until(`${MARK}\n`);
  }

  async end() {
    this.child.stdin.end();
    await this.ended;
  }
}

/** A server that sends a line to whoever connects, and stays. */
async function lineServer() {
  const server = net.createServer(socket => {
    socket.on("error", () => {});
    socket.write(SENT);
  });
  await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, close: () => server.close() };
}

/**
 * The page with fresh answers; blocks marked `kafka` keep theirs where no broker can be had.
 *
 * @returns {Promise<{ page: string, skipped: string | undefined }>}
 */
export async function runPage(page, { kafka = true } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-first-hour-"));
  const why = kafka ? await whyNoKafka() : "it is not asked for";
  const server = await lineServer();
  let broker;
  let session;
  try {
    const bin = path.join(folder, ".bin");
    mkdirSync(bin);
    mkdirSync(path.join(folder, ".conf"));
    writeFileSync(path.join(folder, ".conf/spark-defaults.conf"), "spark.ui.port 0\n");
    writeFileSync(path.join(bin, "npx"), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    symlinkSync(path.join(root, "bin/tspark-shell"), path.join(bin, "tspark-shell"));
    const env = {
      ...process.env,
      HOME: folder,
      NO_COLOR: "1",
      TSPARK_CONF_DIR: path.join(folder, ".conf"),
      PATH: `${bin}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
    };
    const parts = parse(page);
    if (why === undefined && parts.some(part => part.mark === "kafka")) {
      broker = await startKafka({ dir: path.join(folder, ".kafka") });
      await createTopic(broker.bootstrap, "fruit", { partitions: 1 });
      await produce({ bootstrap: broker.bootstrap, topic: "fruit" }, "apple\npear\napple\n");
    }
    const ports = { socket: server.port, kafka: broker?.port ?? 9092 };
    const out = [];
    for (const part of parts) {
      if (part.text !== undefined || (part.mark === "kafka" && !broker)) {
        out.push(part);
        continue;
      }
      // Of one block the batches have one clock.
      const said = [];
      for (const { input } of part.steps) {
        if (input.startsWith(`${SHELL} --master`)) {
          session = new Conversation(folder, env, input.slice(SHELL.length));
          const end = "Spark session available as 'spark'.\n";
          said.push((await session.until(end)) + end);
        } else if (input.startsWith("$ ")) {
          const run = spawnSync("/bin/sh", ["-c", `{ ${input.slice(2)}\n} 2>&1`], {
            cwd: folder,
            env,
            encoding: "utf8",
          });
          said.push(run.stdout);
        } else {
          const code = input.slice("tspark> ".length).replaceAll("9999", ports.socket).replaceAll("9092", ports.kafka);
          said.push(await session.say(code));
        }
      }
      const between = "\n@@next@@\n";
      const answers = settle(said.join(between), ports).split(between);
      out.push({
        ...part,
        steps: part.steps.map(({ input }, i) => {
          const text = answers[i].replace(/\n+$/, "");
          return { input, output: text === "" ? [] : text.split("\n") };
        }),
      });
    }
    await session?.end();
    return { page: render(out), skipped: why };
  } finally {
    session?.child.kill("SIGKILL");
    server.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the page anew. */
export async function writeFirstHour() {
  const { page, skipped } = await runPage(readFileSync(PAGE, "utf8"));
  writeFileSync(PAGE, page);
  if (skipped) console.error(`The blocks about Kafka are as they were: ${skipped}.`);
}

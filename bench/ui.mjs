// Processing time of batches with and without open pages, in turn: what looking at a stream costs it.
//   npm run bench -- ui [--pages N] [--rounds N] [--batches N]
import { spawn } from "node:child_process";
import { connect } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const PAGES = ["/streaming/", "/streaming/", "/dashboard/", "/jobs/", "/stages/"];

export async function run(args) {
  const option = (name, otherwise) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? otherwise : Math.max(1, Number(args[at + 1]));
  };
  const [pages, rounds, batches] = [option("pages", 50), option("rounds", 6), option("batches", 10)];
  const stream = await startStream();
  const without = [];
  const withPages = [];
  try {
    await stream.batches(batches);
    for (let i = 0; i < rounds; i++) {
      without.push(...(await stream.batches(batches)));
      const readers = await openPages(stream.port, pages);
      await stream.batches(2);
      withPages.push(...(await stream.batches(batches)));
      for (const reader of readers) reader.destroy();
      await stream.batches(2);
    }
  } finally {
    await stream.stop();
  }
  const row = (what, of) => ({
    what,
    [`with ${pages} pages`]: of(withPages),
    without: of(without),
    unit: "ms",
    ratio: of(withPages) / of(without),
    target: what.startsWith("mean") ? "at most 1.05" : "",
  });
  return {
    title: "Batch time while pages are open",
    notes: `A word count of 20,000 lines a second in batches of 500 ms; ${rounds} times ${batches} batches each way, in turn.`,
    rows: [
      row("mean processing time", mean),
      row("median", xs => quantile(xs, 0.5)),
      row("p95", xs => quantile(xs, 0.95)),
    ],
  };
}

/** A stream in a process of its own, which says the processing time of each batch. */
async function startStream() {
  const program = `
    import { Milliseconds, SparkConf, SparkContext, StreamingContext } from "tspark";
    const conf = new SparkConf().setMaster("local[2]").setAppName("bench").set("spark.ui.port", "0");
    const sc = await new SparkContext(conf).whenReady();
    const ssc = new StreamingContext(sc, Milliseconds(500));
    const words = ssc.rateStream(20000).flatMap(row => ["the", "word" + (row.value % 5000), "and", "another" + (row.value % 300)]);
    const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b);
    counts.toDashboard("words", { kind: "bar" });
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => console.log("batch " + batchInfo.processingDelay) });
    await ssc.start();
    console.log("port " + new URL(sc.uiWebUrl).port);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const delays = [];
  const waiting = [];
  let port;
  let rest = "";
  const started = new Promise((resolve, reject) => {
    child.once("exit", code => reject(new Error(`the stream ended with ${code}`)));
    child.stdout.on("data", piece => {
      const lines = (rest + piece).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const [what, value] = line.split(" ");
        if (what === "port") {
          port = Number(value);
          resolve();
        }
        if (what === "batch") delays.push(Number(value));
      }
      for (const check of [...waiting]) check();
    });
  });
  await started;
  return {
    port,
    /** The processing times of the next `n` batches. */
    batches(n) {
      const from = delays.length;
      return new Promise(resolve => {
        const check = () => {
          if (delays.length < from + n) return;
          waiting.splice(waiting.indexOf(check), 1);
          resolve(delays.slice(from, from + n));
        };
        waiting.push(check);
      });
    },
    async stop() {
      child.removeAllListeners("exit");
      const ended = new Promise(resolve => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Readers of /events that take what they are sent, as browsers do. */
function openPages(port, n) {
  return Promise.all(
    Array.from({ length: n }, (_, i) => {
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET /events?page=${PAGES[i % PAGES.length]} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      socket.on("error", () => {});
      return new Promise(resolve => socket.once("data", () => resolve(socket.resume())));
    }),
  );
}

const mean = xs => xs.reduce((a, b) => a + b, 0) / xs.length;
const quantile = (xs, q) => [...xs].sort((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(q * xs.length))];

// npm run kinesis -- COMMAND: what stands for Kinesis on this machine, for the README's example and for tries.
import { createInterface } from "node:readline";
import { fail, parseCommandLine, runCommand } from "./command-line.mjs";
import { HOST, isOpen } from "./java/servers.mjs";
import { openKinesis, startKinesis } from "./kinesis/index.mjs";

const HELP = `npm run kinesis -- COMMAND
  start                          keeps streams in memory at 127.0.0.1, until Ctrl-C
  create STREAM [--shards 1]     makes a stream
  put STREAM [--key KEY]         puts lines of standard input; each is its own partition key, unless one is given
  split STREAM SHARD             splits a shard in the middle
  shards STREAM                  lists them
  --port PORT  of any of them, default 4567
`;

const text = { type: "string" };
const commandLine = parseCommandLine({ port: text, shards: text, key: text }, HELP);
const { values, positionals } = commandLine;
const number = (name, otherwise, most) => {
  const given = values[name] ?? otherwise;
  const n = Number(given);
  return Number.isInteger(n) && n >= 1 && n <= most ? n : fail(`--${name} is ${given}: it must be 1 to ${most}`);
};
const port = number("port", 4567, 65_535);
const [, stream, shard] = positionals;

async function withTools(use) {
  if (stream === undefined) fail(`${positionals[0]} needs the name of a stream\n${HELP}`);
  if (!(await isOpen(port))) throw new Error(`nothing listens at ${HOST}:${port}: npm run kinesis -- start first`);
  const tools = openKinesis(`http://${HOST}:${port}`);
  try {
    await use(tools);
  } finally {
    tools.close();
  }
}

const commands = {
  async start() {
    if (await isOpen(port)) fail(`port ${port} of ${HOST} is taken: choose another with --port`);
    const { endpoint } = await startKinesis({ port });
    console.log(`What stands for Kinesis is ready at ${endpoint}; Ctrl-C ends it, with its streams.`);
  },
  create: () =>
    withTools(async tools => {
      await tools.createStream(stream, number("shards", 1, 500));
      console.log(`created ${stream}`);
    }),
  put: () =>
    withTools(async tools => {
      let put = 0;
      for await (const line of createInterface({ input: process.stdin })) {
        if (line === "") continue;
        await tools.put(stream, [[values.key ?? line.slice(0, 256), line]]);
        put++;
      }
      console.log(`put ${put} record${put === 1 ? "" : "s"}`);
    }),
  split: () => withTools(tools => tools.split(stream, shard ?? fail(`split needs a shard\n${HELP}`))),
  shards: () =>
    withTools(async tools => {
      for (const { ShardId, ParentShardId, SequenceNumberRange } of await tools.shards(stream)) {
        const state = SequenceNumberRange.EndingSequenceNumber === undefined ? "open" : "closed";
        console.log([ShardId, state, ParentShardId && `from ${ParentShardId}`].filter(Boolean).join("  "));
      }
    }),
};

await runCommand(commandLine, commands, HELP);

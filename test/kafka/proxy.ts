// Stands between clients and a broker that advertises it, and does to the requests of one kind what networks and dying
// brokers do to them.
import { once } from "node:events";
import net from "node:net";

/** What becomes of a request. */
export type Fate =
  /** It is swallowed, and so is everything else on its connection. */
  | "silence"
  /** The connection is ended, or reset, before the broker has it. */
  | "fin"
  | "rst"
  /** The broker has it, and the connection is ended, or reset, in the middle of the answer. */
  | "half an answer, then fin"
  | "half an answer, then rst"
  /** The answer is that the client's quota is used up for 20 ms, as Fetch has it. */
  | "throttled";

export interface KafkaProxy {
  readonly port: number;
  /** What becomes of the next `times` requests with this key of Kafka's protocol; the others pass. */
  strike(apiKey: number, fate: Fate, times: number): void;
  /** How many of them are still to come. */
  readonly left: number;
  close(): void;
}

export async function startProxy(portOf: () => number): Promise<KafkaProxy> {
  let struck: { apiKey: number; fate: Fate } | undefined;
  let left = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer(client => {
    const broker = net.connect(portOf(), "127.0.0.1");
    let mute = false;
    let cut: Fate | undefined;
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    const end = (fate: Fate) => {
      if (fate.endsWith("rst")) client.resetAndDestroy();
      else client.end();
    };
    eachFrame(client, frame => {
      if (mute) return;
      if (struck === undefined || left === 0 || frame.readInt16BE(4) !== struck.apiKey) {
        broker.write(frame);
        return;
      }
      left--;
      const { fate } = struck;
      if (fate === "throttled") client.write(throttled(frame.readInt32BE(8)));
      else if (fate === "silence") mute = true;
      else if (fate === "fin" || fate === "rst") {
        mute = true;
        end(fate);
      } else {
        cut = fate;
        broker.write(frame);
      }
    });
    eachFrame(broker, frame => {
      if (mute) return;
      if (cut === undefined) return void client.write(frame);
      mute = true;
      const fate = cut;
      client.write(frame.subarray(0, frame.length >> 1), () => end(fate));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    strike(apiKey, fate, times) {
      struck = { apiKey, fate };
      left = times;
    },
    get left() {
      return left;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Kafka's frames, each with its length in front. */
function eachFrame(socket: net.Socket, give: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", data => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      give(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}

/** An answer to Fetch (version 11): throttle_time_ms 20, no error, no session, no topics. */
function throttled(correlationId: number): Buffer {
  const answer = Buffer.alloc(4 + 4 + 14);
  answer.writeInt32BE(answer.length - 4, 0);
  answer.writeInt32BE(correlationId, 4);
  answer.writeInt32BE(20, 8);
  return answer;
}

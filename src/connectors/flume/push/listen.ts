import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import { E } from "../errors.js";

/**
 * Listens at an address of this machine. A name that stands for several is listened at where Java's programs look first: at
 * its IPv4 address.
 *
 * @param failed called when a connection could not be taken
 * @throws InputOutputError when that cannot be, with what is likely to be wrong
 */
export async function listenAt(
  host: string,
  port: number,
  connected: (socket: Socket) => void,
  failed: (error: Error) => void,
): Promise<Server> {
  try {
    const [first] = (await lookup(host, { all: true })).sort((a, b) => a.family - b.family);
    const server = createServer(connected);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: first?.address ?? host, port }, resolve);
    });
    server.on("error", failed);
    return server;
  } catch (error) {
    throw E.FLUME_CANNOT_LISTEN.because(error, `${host}:${port}`, reason(error as NodeJS.ErrnoException, port));
  }
}

function reason(error: NodeJS.ErrnoException, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `another program, or another stream, has port ${port}. Is this program running twice? Choose another port, also in the agent's sink.`;
    case "EADDRNOTAVAIL":
      return "no network of this machine has that address. Name this machine, or 0.0.0.0 for all of its addresses.";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no such host. Name this machine, or 0.0.0.0 for all of its addresses.";
    case "EACCES":
      return `the system does not let this user have port ${port}. Choose one above 1023.`;
    default:
      return error.message;
  }
}

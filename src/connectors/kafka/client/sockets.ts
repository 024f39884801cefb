import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TlsSettings } from "../connection-params.js";

/** Where a socket leads. */
interface Destination {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}

/** A connection is no more: what was asked over it gets no answer. */
export class ConnectionClosed extends Error {
  readonly type = "KafkaJSConnectionClosedError";

  constructor(readonly broker?: string) {
    super("the connection was closed");
  }
}

/** The sockets of one client, closed together; it opens none any more after that. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #closed = false;

  open(make: () => Socket): Socket {
    if (this.#closed) throw new ConnectionClosed();
    const socket = make();
    this.#open.add(socket);
    return socket.once("close", () => this.#open.delete(socket));
  }

  close(): void {
    this.#closed = true;
    // With an error, which also ends what still connects.
    for (const socket of this.#open) socket.destroy(new ConnectionClosed());
  }
}

/** Opens a socket, with TLS where the settings say so; `onConnect` is called when it may be written to. */
export function openSocket({ host, port, onConnect }: Destination, tls: TlsSettings | undefined): Socket {
  const socket: Socket =
    tls === undefined
      ? connectTcp({ host, port }, onConnect)
      : connectTls(
          {
            host,
            port,
            ...(isIP(host) ? {} : { servername: host }),
            ca: tls.ca,
            cert: tls.cert,
            key: tls.key,
            passphrase: tls.passphrase,
            ...(tls.checkHostname ? {} : { checkServerIdentity: () => undefined }),
          },
          onConnect,
        );
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  // An idle connection does not keep the process alive; a request that waits does, by its timer.
  socket.unref();
  return socket;
}

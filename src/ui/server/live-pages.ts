import type { ServerResponse } from "node:http";
import { type Clock, SystemClock, type Timer } from "../../core/clock/clock.js";
import { getLogger } from "../../core/log/logger.js";

const log = getLogger("SparkUI");

/** Readers of `/events` at once. */
export const MAX_CLIENTS = 1000;
/** ms between looks at what has changed. */
const INTERVAL = 1000;
/** ms after news until the next look: what comes together is looked at together. */
const SOON = 50;
/** ms that looks are apart at least, however much news there is. */
const APART = 200;
/** Pages made anew in one look; the next look goes on with the others. */
const PAGES_A_LOOK = 40;
/** Looks a reader may be behind before it is dropped. */
const PATIENCE = 10;
/** Looks without news after which a comment shows whether a reader is still there. */
const SILENCE = 15;

/** What is pushed when there is nothing of a page any more: the streams it was about have stopped. */
const GONE = Buffer.from("event: gone\ndata: -\n\n");

interface Client {
  readonly response: ServerResponse;
  /** What it was sent last. */
  sent: Buffer | undefined;
  /** Looks at which it had not taken what it was sent before. */
  behind: number;
  silent: number;
}

interface Watched {
  readonly clients: Set<Client>;
  /** The event with the page as it is; `undefined` until it has been made. */
  event: Buffer | undefined;
}

/**
 * Pushes pages to who looks at them, as server-sent events: once a second every page that somebody looks at is made, once
 * for all its readers, and sent where it has changed. Without a reader there is no timer. A reader that does not keep up is
 * sent nothing more until it does, and dropped when that takes too long, so memory holds one event a page.
 */
export class LivePages {
  /** By the page's path and query; the one made longest ago is first. */
  readonly #pages = new Map<string, Watched>();
  #count = 0;
  #timer: Timer | undefined;
  /** When the timer fires, and when the last look was; ms. */
  #due = 0;
  #looked = Number.NEGATIVE_INFINITY;
  #stopped = false;

  /** @param render the content of a page; `undefined` when there is none for now */
  constructor(
    private readonly render: (target: string) => string | undefined,
    private readonly clock: Clock = new SystemClock({ unref: true }),
  ) {}

  get clients(): number {
    return this.#count;
  }

  /** Takes in a reader whose headers are sent; false when there are too many. */
  add(target: string, response: ServerResponse): boolean {
    if (this.#stopped || this.#count >= MAX_CLIENTS) return false;
    let page = this.#pages.get(target);
    if (page === undefined) this.#pages.set(target, (page = { clients: new Set(), event: undefined }));
    const client: Client = { response, sent: undefined, behind: 0, silent: 0 };
    page.clients.add(client);
    this.#count++;
    response.once("close", () => this.#remove(target, client));
    response.on("error", () => {});
    if (page.event !== undefined) this.#send(client, page.event);
    this.#schedule();
    return true;
  }

  /** Says that there is news: the next look comes soon. */
  changed(): void {
    if (this.#timer === undefined) return;
    const now = this.clock.now();
    const soon = Math.max(now + SOON, this.#looked + APART);
    if (soon >= this.#due) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#schedule(soon);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const { clients } of this.#pages.values()) for (const { response } of clients) response.destroy();
  }

  #remove(target: string, client: Client): void {
    const page = this.#pages.get(target);
    if (page === undefined || !page.clients.delete(client)) return;
    this.#count--;
    if (page.clients.size === 0) this.#pages.delete(target);
  }

  #schedule(due = this.clock.now() + INTERVAL): void {
    if (this.#timer !== undefined || this.#stopped || this.#count === 0) return;
    this.#due = due;
    this.#timer = this.clock.at(due, () => {
      this.#timer = undefined;
      this.#looked = this.clock.now();
      this.#look();
      this.#schedule();
    });
  }

  #look(): void {
    let left = PAGES_A_LOOK;
    for (const [target, page] of [...this.#pages]) {
      if (left-- > 0) {
        // To the end of the line.
        this.#pages.delete(target);
        this.#pages.set(target, page);
        this.#make(target, page);
      }
      for (const client of page.clients) this.#serve(client, page.event);
    }
  }

  #make(target: string, page: Watched): void {
    try {
      const text = this.render(target);
      if (text === undefined && page.event === undefined) return;
      const event = text === undefined ? GONE : Buffer.from(`event: page\ndata: ${JSON.stringify(text)}\n\n`);
      // Readers know by the object what they were sent.
      if (page.event === undefined || !event.equals(page.event)) page.event = event;
    } catch (error) {
      log.error(`The page ${target} could not be made`, error);
    }
  }

  #serve(client: Client, event: Buffer | undefined): void {
    const { response } = client;
    if (response.writableLength > 0) {
      if (++client.behind > PATIENCE) response.destroy();
      return;
    }
    client.behind = 0;
    if (event !== undefined && event !== client.sent) this.#send(client, event);
    else if (++client.silent >= SILENCE) {
      client.silent = 0;
      response.write(":\n\n");
    }
  }

  #send(client: Client, event: Buffer): void {
    client.sent = event;
    client.silent = 0;
    client.response.write(event);
  }
}

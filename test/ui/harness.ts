import { request } from "node:http";
import { SparkConf, SparkContext } from "tspark";

/** A context whose status port is open, on any free port. */
export function startContext(settings: Record<string, string | number | boolean> = {}): Promise<SparkContext> {
  const conf = new SparkConf(false).setMaster("local[2]").setAppName("status <test>").set("spark.ui.port", 0);
  return new SparkContext(conf.setAll(settings)).whenReady();
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks the status port of `sc`, or of a URL. */
export function ask(
  at: SparkContext | string,
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> {
  const base = new URL(typeof at === "string" ? at : at.uiWebUrl!);
  return new Promise((resolve, reject) => {
    const r = request({ host: "127.0.0.1", port: base.port, path, agent: false, ...options }, response => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          type: response.headers["content-type"] ?? "",
          headers: response.headers,
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    r.on("error", reject);
    r.end();
  });
}

/** The JSON at a path below the application. */
export async function askJson<T = Record<string, unknown>>(sc: SparkContext, path = ""): Promise<T> {
  const reply = await ask(sc, `/api/v1/applications/${sc.applicationId}${path}`);
  if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.body}`);
  return JSON.parse(reply.body) as T;
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Indented, as Spark writes it; what is `undefined` is left out. */
export function json(value: unknown): Answer {
  return { status: 200, type: "application/json;charset=utf-8", body: `${JSON.stringify(value, null, 2)}\n` };
}

export function text(status: number, body: string, headers?: Readonly<Record<string, string>>): Answer {
  return { status, type: "text/plain;charset=utf-8", body, ...(headers && { headers }) };
}

export function html(body: string): Answer {
  return { status: 200, type: "text/html;charset=utf-8", body };
}

/** 404, in plain text: `unknown job: 7`. */
export function notFound(what: string): Answer {
  return text(404, what);
}

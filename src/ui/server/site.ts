import type { IncomingHttpHeaders } from "node:http";
import type { Application } from "../status/application.js";
import type { Answer } from "./answer.js";
import { change, isChange } from "./changes.js";
import { pageContent, pageTarget, route } from "./router.js";

/** What a {@link StatusServer} answers with. */
export interface Site {
  /** The answer to a GET of a path with its query. */
  route(target: string): Answer | Promise<Answer>;
  /** The page that a target asks for, the same for all that ask for the same; absent where nothing moves. */
  page?(target: string): string | undefined;
  /** What is pushed to who looks at such a page; `undefined` where there is none, or none any more. */
  content?(page: string): string | undefined;
  /** Whether something is changed by a POST there; absent where nothing is. */
  changes?(target: string): boolean;
  /** The answer to a POST that {@link changes} lets through. */
  change?(target: string, headers: IncomingHttpHeaders, body: string): Answer;
}

/** The pages and the REST API of a running application. */
export function applicationSite(app: Application): Site {
  return {
    route: target => route(app, target),
    page: pageTarget,
    content: target => pageContent(app, target),
    changes: isChange,
    change: (target, headers, body) => change(app, target, headers, body),
  };
}

// Where the data of the server lives that is started by hand: below the git-ignored .cache/.
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const defaultDir = path.join(here, "../../.cache/postgres/server");

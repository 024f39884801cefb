import { createRequire } from "node:module";
import { registerFileSystem } from "../../core/io/file-systems.js";

// `hdfs:` and `webhdfs:` paths. The connector is loaded when the first one is met, at once, since paths are looked up
// synchronously; the build turns this into a module of its one file that runs when it is asked for.
const connector = () => createRequire(import.meta.url)("./open-hdfs.js") as typeof import("./open-hdfs.js");

for (const scheme of ["hdfs", "webhdfs"] as const) {
  registerFileSystem(scheme, (authority, text) => connector().openHdfs(scheme, authority, text));
}

import { CONFIG_ENTRIES } from "../../core/conf/keys.js";
import type { Application } from "../status/application.js";
import type { Html } from "./html.js";
import type { Page } from "./layout.js";
import { type Row, section, wholeTable } from "./table.js";

/** `/environment/`: what is set and every key there is, with where each value comes from; secrets redacted. */
export function environmentPage(app: Application): Page {
  const environment = app.environment();
  const { runtime, sparkProperties, hadoopProperties, systemProperties } = environment;
  const set = new Set(sparkProperties.map(([key]) => key));
  const defaults = CONFIG_ENTRIES.filter(e => !set.has(e.key) && e.default !== undefined).map(
    (e): Row => [e.key, e.default!, "default"],
  );
  const spark = sparkProperties.map(([key, value]): Row => [key, value, environment.origin(key) ?? "code"]);
  const rows = [...spark, ...(app.isHistory ? [] : defaults)];
  rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
  return {
    title: "Environment",
    tab: "/environment/",
    main: [
      properties("runtime", "Runtime Information", [
        ["Node.js Version", runtime.javaVersion.replace("Node.js ", "")],
        ["Node.js Home", runtime.javaHome],
        ["Version", runtime.scalaVersion],
      ]),
      section("spark", "Spark Properties", wholeTable("Spark Properties", ["Name", "Value", "Origin"], rows)),
      hadoopProperties.length > 0 ? properties("hadoop", "Hadoop Properties", hadoopProperties) : undefined,
      properties("system", "System Properties", systemProperties),
    ],
  };
}

function properties(id: string, title: string, rows: readonly Row[]): Html {
  return section(id, title, wholeTable(title, ["Name", "Value"], rows));
}

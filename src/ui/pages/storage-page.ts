import { storageJson } from "../api/storage-json.js";
import type { Application } from "../status/application.js";
import { bytes } from "./format.js";
import { html } from "./html.js";
import type { Page } from "./layout.js";
import { pagedTable } from "./paged-table.js";
import { facts, section, table } from "./table.js";

/** `/storage/` */
export function storagePage(app: Application): Page {
  const rdds = storageJson(app);
  const columns = [
    "ID",
    "RDD Name",
    "Storage Level",
    "Cached Partitions",
    "Fraction Cached",
    "Size in Memory",
    "Size on Disk",
  ];
  return {
    title: "Storage",
    tab: "/storage/",
    main: [
      section(
        "rdds",
        "RDDs",
        rdds.length === 0
          ? html`<p class="soft">Nothing is in the cache. <code>rdd.cache()</code> and an action put it there.</p>`
          : table(
              "RDDs in the cache",
              columns,
              rdds.map(rdd => [
                rdd.id,
                html`<a href="/storage/rdd/?id=${rdd.id}">${rdd.name}</a>`,
                rdd.storageLevel,
                rdd.numCachedPartitions,
                `${Math.round((100 * rdd.numCachedPartitions) / Math.max(1, rdd.numPartitions))}%`,
                bytes(rdd.memoryUsed),
                bytes(rdd.diskUsed),
              ]),
            ),
      ),
    ],
  };
}

/** `/storage/rdd/?id=` */
export function rddPage(app: Application, query: URLSearchParams): Page | undefined {
  const id = query.get("id") ?? "";
  const rdd = storageJson(app).find(r => String(r.id) === id);
  if (rdd === undefined) return undefined;
  return {
    title: `RDD Storage Info for ${rdd.name}`,
    tab: "/storage/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["Storage Level", rdd.storageLevel],
          ["Cached Partitions", rdd.numCachedPartitions],
          ["Total Partitions", rdd.numPartitions],
          ["Memory Size", bytes(rdd.memoryUsed)],
          ["Disk Size", bytes(rdd.diskUsed)],
        ]),
      ),
      section(
        "partitions",
        `${rdd.partitions.length} Partitions`,
        pagedTable(
          "partitions",
          "Partitions in the cache",
          ["Block Name", "Storage Level", "Size in Memory", "Size on Disk", "Executors"],
          rdd.partitions,
          p => [p.blockName, p.storageLevel, bytes(p.memoryUsed), bytes(p.diskUsed), p.executors.join(", ")],
          { path: "/storage/rdd/", query },
        ),
      ),
    ],
  };
}

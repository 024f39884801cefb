import { batchPage } from "./batch-page.js";
import { dashboardPage } from "./dashboard-page.js";
import { environmentPage } from "./environment-page.js";
import { executorsPage } from "./executors-page.js";
import { jobPage } from "./job-page.js";
import { jobsPage } from "./jobs-page.js";
import type { PageMaker } from "./layout.js";
import { pageParameters } from "./paged-table.js";
import { stagePage } from "./stage-page.js";
import { stagesPage } from "./stages-page.js";
import { rddPage, storagePage } from "./storage-page.js";
import { streamingPage } from "./streaming-page.js";

/** How a page is made, and what of its query says which. */
export interface PageEntry {
  readonly make: PageMaker;
  readonly parameters: readonly string[];
}

const JOBS: PageEntry = { make: jobsPage, parameters: pageParameters("active", "completed", "failed") };
const STAGE_TABLES = pageParameters("active", "pending", "completed", "skipped", "failed");

/** The pages by their paths, which are Spark's. */
export const PAGES: ReadonlyMap<string, PageEntry> = new Map<string, PageEntry>([
  ["", JOBS],
  ["jobs", JOBS],
  ["jobs/job", { make: jobPage, parameters: ["id", ...STAGE_TABLES] }],
  ["stages", { make: stagesPage, parameters: STAGE_TABLES }],
  ["stages/stage", { make: stagePage, parameters: ["id", "attempt", "rdd", ...pageParameters("tasks")] }],
  ["storage", { make: storagePage, parameters: [] }],
  ["storage/rdd", { make: rddPage, parameters: ["id", ...pageParameters("partitions")] }],
  ["environment", { make: environmentPage, parameters: [] }],
  ["executors", { make: executorsPage, parameters: [] }],
  ["streaming", { make: streamingPage, parameters: pageParameters("running", "waiting", "completed") }],
  ["streaming/batch", { make: batchPage, parameters: ["id"] }],
  ["dashboard", { make: dashboardPage, parameters: [] }],
]);

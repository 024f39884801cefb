import { batchPage } from "./batch-page.js";
import { dashboardPage } from "./dashboard-page.js";
import { environmentPage } from "./environment-page.js";
import { executorsPage } from "./executors-page.js";
import { jobPage } from "./job-page.js";
import { jobsPage } from "./jobs-page.js";
import type { PageMaker } from "./layout.js";
import { stagePage } from "./stage-page.js";
import { stagesPage } from "./stages-page.js";
import { rddPage, storagePage } from "./storage-page.js";
import { streamingPage } from "./streaming-page.js";

/** The pages by their paths, which are Spark's. */
export const PAGES: ReadonlyMap<string, PageMaker> = new Map<string, PageMaker>([
  ["", jobsPage],
  ["jobs", jobsPage],
  ["jobs/job", jobPage],
  ["stages", stagesPage],
  ["stages/stage", stagePage],
  ["storage", storagePage],
  ["storage/rdd", rddPage],
  ["environment", environmentPage],
  ["executors", executorsPage],
  ["streaming", streamingPage],
  ["streaming/batch", batchPage],
  ["dashboard", dashboardPage],
]);

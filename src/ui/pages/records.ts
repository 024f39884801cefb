import type { StageRecord } from "../status/stage-record.js";
import { type Html, html } from "./html.js";
import { section } from "./table.js";

type Operator = StageRecord["rdds"][number];

/** The page of a stage with the records of one of its operators. */
export function recordsLink({ stageId, attemptId }: StageRecord, { id }: Operator): string {
  return `/stages/stage/?id=${stageId}&attempt=${attemptId}&rdd=${id}#records`;
}

/** What passed an operator of a stage first. */
export function recordsSection(stage: StageRecord, { id, name, callSite }: Operator): Html {
  const records = stage.samples.get(id) ?? [];
  const none = stage.samples.size > 0 ? "No record has come out of it." : "No records of this stage are kept.";
  return section(
    "records",
    `Records of ${name} [${id}]`,
    html`<p>The first ones that ${callSite || "it"} gave. What looks like a secret is redacted.</p>`,
    records.length === 0
      ? html`<p class="soft">${none}</p>`
      : html`<ol class="records">${records.map(record => html`<li><code>${record}</code></li>`)}</ol>`,
  );
}

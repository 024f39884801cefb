import "tspark/dashboard"
import type { ChartKind } from "tspark/dashboard"
const k: ChartKind = "bar"
ssc.rateStream(10).count().toDashboard("a", { kind: k })
await ssc.start()
await ssc.awaitBatches(1)
await (await fetch(sc.uiWebUrl + "/api/v1/applications/" + sc.applicationId + "/dashboard")).status

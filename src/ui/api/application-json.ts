import type { ApplicationSummary } from "../status/application.js";
import { apiDate } from "./dates.js";

/** `applications/{id}`: Spark's `ApplicationInfo`. It has one attempt, which ends at -1 as long as it runs. */
export function applicationJson({ id, name, startTime, endTime, user, version, now }: ApplicationSummary) {
  const end = endTime ?? -1;
  const updated = endTime ?? startTime;
  return {
    id,
    name,
    attempts: [
      {
        startTime: apiDate(startTime),
        endTime: apiDate(end),
        lastUpdated: apiDate(updated),
        duration: (endTime ?? now()) - startTime,
        sparkUser: user,
        completed: endTime !== undefined,
        appSparkVersion: version,
        startTimeEpoch: startTime,
        endTimeEpoch: end,
        lastUpdatedEpoch: updated,
      },
    ],
  };
}

import { userInfo } from "node:os";
import { VERSION } from "../../core/version.js";
import type { Application } from "../status/application.js";
import { apiDate } from "./dates.js";

/** `applications/{id}`: Spark's `ApplicationInfo`. A live application has one attempt, which ends at -1. */
export function applicationJson({ sc }: Application) {
  return {
    id: sc.applicationId,
    name: sc.appName,
    attempts: [
      {
        startTime: apiDate(sc.startTime),
        endTime: apiDate(-1),
        lastUpdated: apiDate(sc.startTime),
        duration: sc.clock.now() - sc.startTime,
        sparkUser: sparkUser(),
        completed: false,
        appSparkVersion: VERSION,
        startTimeEpoch: sc.startTime,
        endTimeEpoch: -1,
        lastUpdatedEpoch: sc.startTime,
      },
    ],
  };
}

/** Who runs the application; a user without an entry in the system's list has only a number. */
export function sparkUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

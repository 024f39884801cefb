import { userInfo } from "node:os";

/** Who runs this process; a user without an entry in the system's list has only a number. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

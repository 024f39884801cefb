/** What the process tells its caller. */
export const ExitCode = {
  /** Everything ran. */
  ok: 0,
  /** An error in the user's code. */
  userError: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

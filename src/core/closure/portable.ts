/** The closure as a task gets it, or the closure itself and why it could not travel. */
export interface Portable<F> {
  /** What the task calls: loaded from the shipped form, or the very closure where it cannot travel. */
  readonly fn: F;
  /** Why it stays in the driver's thread: the path to the variable and what it is. Absent when it travels. */
  readonly stays?: string;
}

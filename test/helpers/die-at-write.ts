import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Socket } from "node:net";

/**
 * Has the process end itself with SIGKILL at its n-th write, to a socket or to a file that is opened or renamed. To be called
 * before the modules are loaded that write: they keep the functions they import.
 *
 * @param killAt n; 0 for never
 * @param after whether it dies when the write has been made, before there is an answer
 */
export function dieAtWrite(killAt: number, after: boolean): void {
  let writes = 0;
  const die = () => process.kill(process.pid, "SIGKILL");
  /** Wraps a function that writes, so that it may be the last one. */
  function mortal<F extends (this: never, ...args: never[]) => unknown>(write: F): F {
    return function (this: never, ...args: never[]) {
      const last = ++writes === killAt;
      if (last && !after) die();
      const result = write.apply(this, args);
      // After a turn of the event loop the bytes are with the system, and the answer is not here yet.
      if (last) setImmediate(die);
      return result;
    } as F;
  }
  Socket.prototype.write = mortal(Socket.prototype.write as never);
  fs.promises.open = mortal(fs.promises.open as never);
  fs.promises.rename = mortal(fs.promises.rename as never);
  syncBuiltinESMExports();
}

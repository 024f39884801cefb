// A Java program that is ended with this process, however this one ends.
import { spawn } from "node:child_process";

const SIGNALS = ["SIGINT", "SIGTERM"];

/**
 * Starts a program.
 *
 * @param args of `java`
 * @param stdio as `spawn` takes it
 * @returns the process, whose `gone` resolves when it has ended, and whose `end(signal)` ends it
 */
export function startJava(args, stdio) {
  const child = spawn("java", ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...args], { stdio });
  const killAtExit = () => child.kill("SIGKILL");
  const killAtSignal = signal => {
    killAtExit();
    process.kill(process.pid, signal);
  };
  process.once("exit", killAtExit);
  for (const signal of SIGNALS) process.once(signal, killAtSignal);
  const gone = new Promise((resolve, reject) => child.once("error", reject).once("close", resolve)).finally(() => {
    process.off("exit", killAtExit);
    for (const signal of SIGNALS) process.off(signal, killAtSignal);
  });
  const end = signal => {
    child.kill(signal);
    return gone;
  };
  return { child, gone, end };
}

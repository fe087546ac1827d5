// The controllers behind the page, as six_controllers.py started them: killed and started again.

import {execFile, spawn, type ChildProcess} from "node:child_process";
import {once} from "node:events";
import {promisify} from "node:util";

interface Started {
  pid: number;
  serve: string[];
}

const CONTROLLERS = JSON.parse(process.env["RINGSPAN_CONTROLLERS"] ?? "{}") as Record<string, Started>;
const ours: ChildProcess[] = [];

/** Without a chance to say good-bye. */
export function kill(name: string): void {
  process.kill(CONTROLLERS[name]!.pid, "SIGKILL");
}

/** Returns when it can be asked. */
export async function start(name: string): Promise<void> {
  const [program, ...words] = CONTROLLERS[name]!.serve;
  const child = spawn(program!, words, {stdio: ["ignore", "pipe", "ignore"]});
  ours.push(child);
  CONTROLLERS[name]!.pid = child.pid!;
  await once(child.stdout!, "data");
}

/** One command of the program, as the operator. */
export async function ringspan(...words: string[]): Promise<void> {
  const [program, , ...data] = CONTROLLERS["oslo-1"]!.serve;
  await promisify(execFile)(program!, [...words, ...data.slice(0, 2)]);
}

/** Ends those that were started here. */
export async function stop(): Promise<void> {
  for (const child of ours.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

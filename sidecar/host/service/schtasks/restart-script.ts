/** The batch file that restarts the service from outside of it: what runs inside would end before it had started it again. */
import { win32 } from "node:path";
import { batchLines, batchWord, encodeScript, environmentLines } from "./launch-script.ts";

export interface RestartPlan {
  /** What is started again: a task, or the launcher where there is no task. */
  target: { task: string; helperTask: string } | { launcher: string };
  /** The process to end. */
  pid: number | undefined;
  /** Asks the gateway to stop by itself; undefined when its program cannot do that. */
  polite: { command: readonly string[]; environment: Readonly<Record<string, string>> } | undefined;
}

/** Fails with `SERVICE_REFUSED` for names that cmd.exe cannot be given. */
export function renderRestartScript(
  { target, pid, polite }: RestartPlan,
  { userProfile, codePage }: { userProfile: string | undefined; codePage: number | undefined },
): Buffer {
  const word = (text: string) => batchWord("the restart", text, userProfile);
  const isTask = "task" in target;
  const start = isTask
    ? `${program("schtasks")} /Run /TN ${word(target.task)}`
    : `${program("wscript")} //B //Nologo ${word(win32.basename(target.launcher))} detach`;
  return encodeScript(
    batchLines([
      ...(isTask ? [`${program("schtasks")} /Delete /F /TN ${word(target.helperTask)}`] : []),
      ...(polite === undefined
        ? []
        : [
            ...environmentLines(polite.environment, userProfile),
            `${polite.command.map(word).join(" ")} >nul 2>nul && goto start`,
          ]),
      ...(isTask ? [`${program("schtasks")} /End /TN ${word(target.task)}`] : []),
      ...(pid === undefined ? [] : [`${program("taskkill")} /PID ${pid} /T /F`]),
      // A launcher that no task ended starts the gateway again by itself.
      ...(pid === undefined || isTask ? [] : ["exit /b"]),
      ":start",
      start,
    ]),
    codePage,
  );
}

function program(name: string): string {
  return `"%SystemRoot%\\System32\\${name}.exe"`;
}

/** Named points at which a test ends the process as a power cut would. Nothing happens there unless a variable names the point. */
export function failpoint(name: string): void {
  if (process.env.CLAWDBOT_TEST_FAILPOINT === name) process.kill(process.pid, "SIGKILL");
}

import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { expect } from "@playwright/test";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { GATEWAY_PROGRAM } from "../../helpers/process/clawdbot.ts";

/** Starts the command line with stdout or stderr on a disk that is always full. */
function startOnFullDisk(args: string[], full: "stdout" | "stderr", home: TempHome) {
  const disk = openSync("/dev/full", "w");
  const stdio: ("ignore" | "pipe" | number)[] =
    full === "stdout" ? ["ignore", disk, "pipe"] : ["ignore", "pipe", disk];
  const child = spawn(process.execPath, [GATEWAY_PROGRAM, ...args], { env: home.env(), stdio });
  let text = "";
  (child.stdout ?? child.stderr)?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, text }));
  });
  return { child, ended };
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

test.describe("a console on a full disk", () => {
  test.skip(process.platform !== "linux", "only Linux has /dev/full");

  for (const args of [["--version"], ["--help"], ["config", "path"], ["config", "path", "--json"]]) {
    test(`fails ${args.join(" ")} with the reason and without a stack`, async ({ home }) => {
      const { ended } = startOnFullDisk(args, "stdout", home);

      expect(await ended).toEqual({
        code: 1,
        text: expect.stringMatching(/^The output could not be written: ENOSPC[^\n]*\n$/),
      });
    });
  }

  for (const full of ["stdout", "stderr"] as const) {
    test(`costs a gateway its lines on ${full} and nothing else`, async ({ home }) => {
      const port = await freePort();
      const args = ["gateway", "--port", String(port), "--allow-unconfigured", "--verbose"];
      const { child, ended } = startOnFullDisk(args, full, home);

      await expect.poll(() => answers(port)).toBe(true);
      // The gateway says something about each of these on its console.
      await fetch(`http://127.0.0.1:${port}/`);
      expect(await answers(port)).toBe(true);
      child.kill("SIGTERM");

      expect(await ended).toMatchObject({ code: 0 });
    });
  }
});

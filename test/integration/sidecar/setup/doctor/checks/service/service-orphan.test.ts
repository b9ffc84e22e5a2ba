import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "@playwright/test";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../../../helpers/run/reads.ts";
import { look, OURS, writeFacts } from "../../../../../../helpers/service/orphans.ts";

test.describe("the check of orphans", () => {
  test.skip(process.platform !== "linux", "names of services and processes are those of Linux");

  test("row 12: finds a gateway that the service lost, and ends that very process", async ({ home }) => {
    const lost = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const ended = once(lost, "exit");
    try {
      writeFacts(home, lost.pid ?? 0, OURS);

      const [finding] = await look(home, {
        status: { runtime: "crash-looping", pid: 4_000_000, enabled: false },
      });
      const done = await finding?.repair?.apply();

      expect(finding).toMatchObject({
        code: "port-orphan",
        level: "error",
        message: expect.stringContaining(`port 20000 is held by orphan pid ${lost.pid}`),
        repair: { kind: "change" },
      });
      expect(printed(done)).toBe(`ended pid ${lost.pid}`);
      expect(await ended).toEqual([null, "SIGTERM"]);
    } finally {
      lost.kill("SIGKILL");
    }
  });
});

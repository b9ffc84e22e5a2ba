import { expect } from "@playwright/test";
import { test } from "../../../helpers/home/temp-home.ts";
import { startNode } from "../../../helpers/process/cli.ts";

const DIRECTORY = new URL("../../../../shared/node/directory.ts", import.meta.url).href;

test.describe("ensureDirectory", () => {
  test("ends where the system knows no such directory", async ({ home }) => {
    test.skip(process.platform !== "linux", "only Linux has /proc");
    const script = `import { ensureDirectory } from ${JSON.stringify(DIRECTORY)}; ensureDirectory("/proc/x/run");`;

    const child = startNode(["--input-type=module", "--eval", script], {
      env: home.env(),
      timeoutMs: 10_000,
    });

    expect(await child.ended).toMatchObject({ code: 1, stderr: expect.stringContaining("ENOENT") });
  });
});

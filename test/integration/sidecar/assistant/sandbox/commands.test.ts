/** What a conversation in a sandbox can do, and that nothing runs where there is none. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { startSandbox, whyNoSandbox } from "../../../../helpers/assistant/sandbox.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

test("a sandbox that cannot be had runs nothing, and one line says what helps", async ({ home }) => {
  const tools = await startSandbox({ home: home.path, sandbox: { mode: "all" }, env: { PATH: "/nowhere" } });
  const said = await tools.exec("/bin/touch made");
  await tools.stop();

  expect(said).toMatch(
    /^SetupError: There is no sandbox \(bubblewrap: .+nothing runs outside of it.+apt install.+$|^SetupError: There is no sandbox \(bubblewrap: it is for Linux.+$/,
  );
  expect(existsSync(join(tools.workspace, "made"))).toBe(false);
});

for (const [access, isRead, isWritten] of [
  ["none", false, false],
  ["ro", true, false],
  ["rw", true, true],
] as const) {
  test(`with the work directory as ${access}, commands and tools of files have the same one, and nobody is asked`, async ({
    home,
  }) => {
    const why = await whyNoSandbox();
    test.skip(why !== undefined, why);
    mkdirSync(join(home.path, "clawd"));
    writeFileSync(join(home.path, "clawd/own"), "OWN");
    const sandbox = { mode: "all", workspaceAccess: access } as const;
    const tools = await startSandbox({ home: home.path, sandbox });
    const reads = [await tools.exec("cat own"), await tools.file("read", { path: "~/clawd/own" })];
    await tools.exec("echo x > made");
    const seen = await tools.file("read", { path: join(home.path, "clawd/made") });
    await tools.file("write", { path: "written", content: "y" });
    const shown = await tools.exec("cat written");
    await tools.stop();

    expect(reads.map((each) => each.includes("OWN"))).toEqual([isRead, isRead]);
    expect([seen.trim() === "x", shown.trim() === "y"]).toEqual([access !== "ro", access !== "ro"]);
    expect(existsSync(join(tools.workspace, "made"))).toBe(isWritten);
    expect(existsSync(join(tools.workspace, "written"))).toBe(isWritten);
    expect(readFileSync(join(tools.workspace, "own"), "utf8")).toBe("OWN");
    expect(tools.questions).toEqual([]);
  });
}

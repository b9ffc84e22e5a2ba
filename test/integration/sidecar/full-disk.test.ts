/** A real gateway whose disk is full when an answer is to be kept. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, mergeTests } from "@playwright/test";
import { startGatewayProcess } from "../../helpers/gateway/gateway-process.ts";
import { test as homeTest } from "../../helpers/home/temp-home.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { test as providerTest } from "../../helpers/models/fake-provider.ts";
import { runCli, startCli } from "../../helpers/process/cli.ts";
import { until } from "../../helpers/service/gateway-service.ts";

const test = mergeTests(homeTest, providerTest);

test.describe.configure({ timeout: 60_000 });
test.skip(process.getuid?.() !== 0 || process.platform !== "linux", "mounting needs root and Linux");

test("tells whoever waits and whoever asks, for as long as it lasts, and gives the answer then", async ({
  home,
  provider,
}) => {
  const { promise: isFull, resolve: goOn } = Promise.withResolvers<void>();
  // More than fits into what the store has of the disk already.
  provider.script({ kind: "held", text: "Begun", until: isFull, rest: ` ${"word ".repeat(100_000)}end` });
  const env = home.env();
  const health = (...more: string[]) => runCli(["gateway", "health", ...more], { env });
  mkdirSync(home.stateDir, { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", home.stateDir]);
  const gateway = await startGatewayProcess(home, [], fakeModel(provider.url));
  const { port } = gateway;
  try {
    const filler = join(home.stateDir, "filler");
    const asked = startCli(["agent", "--message", "and?"], { env });
    await asked.waitFor(/Begun/);
    expect(() => writeFileSync(filler, Buffer.alloc(16_000_000))).toThrow("ENOSPC");
    goOn();
    await asked.waitFor(/^The answer is there and comes as soon as it can be kept: [^\n]+ \(ENOSPC\)$/m);
    const [told, json, ready] = [
      await health(),
      await health("--json"),
      await fetch(`http://127.0.0.1:${port}/readyz`),
    ];
    rmSync(filler);
    const { code, stdout } = await asked.ended;
    const after = await until(async () => {
      const result = await health();
      return result.code === 0 ? result : undefined;
    });

    expect(told).toMatchObject({ code: 1, stdout: expect.not.stringContaining("healthy") });
    expect(told.stderr).toMatch(/^\S+ Not well: answers: .*\(ENOSPC\)$/m);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      ailments: expect.arrayContaining([expect.stringMatching(/^answers: /)]),
    });
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ components: { answers: { ok: false } } });
    expect({ code, end: stdout.slice(-5) }).toEqual({ code: 0, end: " end\n" });
    expect(after.stdout).toContain("Gateway is healthy");
  } finally {
    await gateway.process.stop();
    execFileSync("umount", ["--lazy", home.stateDir]);
  }
});

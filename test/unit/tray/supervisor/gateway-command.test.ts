import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { resolveTrayPlaces } from "../../../../tray/gateway-profiles.ts";
import { failureIn, parseDocument, runCommand } from "../../../../tray/supervisor/gateway-command.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

test.describe("parseDocument", () => {
  for (const text of ["", "Warning: something", '"text"', "[1]", '{"half": ', "null"]) {
    test(`takes ${JSON.stringify(text)} for no document`, () => {
      expect(parseDocument(text)).toBeUndefined();
    });
  }
});

test.describe("failureIn", () => {
  test("reads code, message and remedy of an error", () => {
    const error = { type: "setup", code: "SERVICE_UNAVAILABLE", message: "no bus", fix: "log in" };
    expect(failureIn({ ok: false, error }, "c")).toEqual({
      code: "SERVICE_UNAVAILABLE",
      message: "no bus",
      fix: "log in",
    });
  });

  test("takes the refusal of the gateway for the reason, with who is in the way", () => {
    const message = "The service (x) does not run: blocked.\nError: listen EADDRINUSE";
    const error = { code: "SERVICE_FAILED", message, reason: "PORT_IN_USE", pid: 812 };
    expect(failureIn({ error }, "c")).toEqual({
      code: "PORT_IN_USE",
      message: "Error: listen EADDRINUSE",
      pid: 812,
    });
    expect(failureIn({ error: { message: "one line", reason: "X" } }, "c")).toMatchObject({
      message: "one line",
    });
  });

  test("makes do with less", () => {
    expect(failureIn({ error: "it broke", hints: [7, "mend it"] }, "c")).toEqual({
      code: "SERVICE_FAILED",
      message: "it broke",
      fix: "mend it",
    });
    expect(failureIn({ message: "m" }, "c").message).toBe("m");
    expect(failureIn({ error: { message: " " } }, "clawdbot x").message).toBe("clawdbot x failed");
  });
});

test.describe("runCommand", () => {
  const normal = (home: TempHome, env: Record<string, string> = {}) =>
    resolveTrayPlaces({ profile: undefined, dev: false }, home.env(env), process.platform).gateway.normal;

  test("answers with the document of the real command", async ({ home }) => {
    const answer = await runCommand(normal(home), ["gateway", "status", "--no-probe"], { timeoutMs: 20_000 });

    expect(answer).toMatchObject({ ok: true, document: { service: expect.any(Object) } });
  });

  test("answers with the reason when the command refuses", async ({ home }) => {
    const answer = await runCommand(normal(home), ["gateway", "no-such-verb"], { timeoutMs: 20_000 });

    expect(answer).toMatchObject({ ok: false, failure: { code: "USAGE" } });
  });

  test("says that it took too long, and that it was given up", async ({ home }) => {
    const late = await runCommand(normal(home), ["gateway", "status"], { timeoutMs: 1 });
    const givenUp = await runCommand(normal(home), ["gateway", "status"], {
      timeoutMs: 20_000,
      signal: AbortSignal.timeout(20),
    });

    expect(late).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining("no answer within") },
    });
    expect(givenUp.ok).toBe(false);
  });

  test("tells what a broken command printed instead", async ({ home }) => {
    const preload = join(home.path, "break.cjs");
    writeFileSync(preload, "process.stderr.write('it is broken\\n'); process.exit(3);");
    chmodSync(preload, 0o600);

    const answer = await runCommand(normal(home, { NODE_OPTIONS: `--require "${preload}"` }), ["doctor"], {
      timeoutMs: 20_000,
    });

    expect(answer).toMatchObject({ ok: false, failure: { message: "clawdbot doctor: it is broken" } });
  });
});

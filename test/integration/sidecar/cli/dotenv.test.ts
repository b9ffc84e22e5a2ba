import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test } from "../../../helpers/home/temp-home.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startCli } from "../../../helpers/process/cli.ts";
import { runInProcess } from "../../../helpers/process/in-process.ts";

const LISTENING = /listening on ws:\/\/127\.0\.0\.1:(\d+)/;

test.describe(".env", () => {
  for (const args of [["gateway"], ["gateway", "--dev"]]) {
    test(`row 54: a stray one in the current directory does not move clawdbot ${args.join(" ")}`, async ({
      home,
    }) => {
      const port = await freePort();
      const directory = join(home.path, "project");
      mkdirSync(directory);
      writeFileSync(
        join(directory, ".env"),
        "CLAWDBOT_GATEWAY_PORT=1\nCLAWDBOT_GATEWAY_TOKEN=stray\nCLAWDBOT_STATE_DIR=/nowhere\nNODE_OPTIONS=--no-such-option\n",
      );
      const config = { gateway: { mode: "local", port, auth: { token: "ours" } } };
      home.writeConfig(config);
      mkdirSync(`${home.stateDir}-dev`);
      writeFileSync(join(`${home.stateDir}-dev`, "clawdbot.json"), JSON.stringify(config));

      const gateway = startCli(args, { env: home.env(), cwd: directory });
      const [, printed] = await gateway.waitFor(LISTENING);
      const health = await runInProcess(["gateway", "health", ...args.slice(1), "--token", "ours"], {
        env: home.env(),
        cwd: directory,
      });
      await gateway.stop();

      expect(Number(printed)).toBe(port);
      expect(health).toMatchObject({ code: 0, stderr: "" });
    });
  }

  test("of the state directory gives gateway and client the same port and token", async ({ home }) => {
    const port = await freePort();
    home.writeConfig({ gateway: { mode: "local" } });
    writeFileSync(
      join(home.stateDir, ".env"),
      `CLAWDBOT_GATEWAY_PORT=${port}\nCLAWDBOT_GATEWAY_TOKEN=from-file\n`,
    );

    const gateway = startCli(["gateway"], { env: home.env() });
    const [, printed] = await gateway.waitFor(LISTENING);
    const health = await runInProcess(["gateway", "health"], { env: home.env() });
    const refused = await runInProcess(["gateway", "health"], {
      env: home.env({ CLAWDBOT_GATEWAY_TOKEN: "from-environment" }),
    });
    await gateway.stop();

    expect(Number(printed)).toBe(port);
    expect(health).toMatchObject({ code: 0, stderr: "" });
    expect(refused.code).toBe(1);
  });
});

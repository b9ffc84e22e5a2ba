import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { SetupError } from "../../../../../shared/errors.ts";
import { resolveProfileContext } from "../../../../../shared/node/profile-context.ts";
import { preflight } from "../../../../../sidecar/setup/service/preflight.ts";
import { asking } from "../../../../helpers/home/readings.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed, reads } from "../../../../helpers/run/reads.ts";

/** The start of a service that knows nothing of the variables of this shell. */
function look(home: TempHome, shell: Record<string, string>) {
  const context = resolveProfileContext(
    { profile: undefined, dev: false },
    { HOME: home.path, ...shell },
    "linux",
  );
  const command = ["/usr/bin/node", "/opt/clawdbot/dist/launch.cjs", "gateway", "run", "--supervised"];
  return preflight({ command, environment: { HOME: home.path } }, context, undefined);
}

const configWith = (token: string) => ({ gateway: { mode: "local", auth: { mode: "token", token } } });

test.describe("the preflight of a service", () => {
  test("S7: names a variable that only this shell knows, and where to put it", async ({ home }) => {
    home.writeConfig(configWith(asking("MY_TOKEN")));

    await expect(look(home, { MY_TOKEN: "a-secret-of-this-shell" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("MY_TOKEN"),
      fix: reads(
        `MY_TOKEN of this shell does not reach the service; put a line MY_TOKEN=… into ${home.stateDir}/.env`,
      ),
    });
  });

  test("S7: says nothing of this shell where it does not know the variable either", async ({ home }) => {
    home.writeConfig(configWith(asking("MY_TOKEN")));

    await expect(look(home, {})).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      fix: reads(/^(?!.*of this shell)/s),
    });
  });

  test("S7: takes the variable from .env of the state directory, as the service will", async ({ home }) => {
    home.writeConfig(configWith(asking("MY_TOKEN")));
    writeFileSync(join(home.stateDir, ".env"), "MY_TOKEN=a-secret-of-the-file\n");

    const { settings } = await look(home, {});

    expect(settings.auth).toMatchObject({ mode: "token", token: "a-secret-of-the-file" });
  });

  test("F16: offers the last configuration that worked where this one is spoilt", async ({ home }) => {
    home.writeConfig("{ gateway: ");
    const copy = join(home.stateDir, "clawdbot.last-good.json");
    writeFileSync(copy, JSON.stringify(configWith("a-token-for-tests")));

    const refusal = await look(home, {}).catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: "CONFIG_INVALID" });
    expect(printed((refusal as SetupError).fix)).toContain(copy);
  });
});

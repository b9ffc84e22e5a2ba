/** A gateway on a machine that tells nothing of itself, as on phones and in sandboxes. */
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { runCli, startCli, startNode } from "../../helpers/process/cli.ts";
import { findProgram } from "../../helpers/run/desktop-needs.ts";

const PRELOAD = fileURLToPath(new URL("../../fixtures/process/silent-os.mjs", import.meta.url));
const WITHOUT_NETLINK = fileURLToPath(new URL("../../fixtures/process/without-netlink.py", import.meta.url));
const WARNING = "the system does not list the network interfaces (EACCES)";

async function configured(home: TempHome, bind: string): Promise<number> {
  const port = await freePort();
  home.writeConfig({ gateway: { mode: "local", port, bind, auth: { mode: "token", token: TEST_TOKEN } } });
  return port;
}

const count = (text: string, part: string) => text.split(part).length - 1;

for (const bind of ["loopback", "lan", "tailnet"]) {
  test(`F7: a gateway with bind ${bind} runs where Node can tell nothing of the machine, with one warning`, async ({
    home,
  }) => {
    const port = await configured(home, bind);
    const env = home.env({ NODE_OPTIONS: `--import=${PRELOAD}` });
    const gateway = startCli(["gateway"], { env });
    await gateway.waitFor(/log file: /);

    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    const health = await runCli(["gateway", "health"], { env });
    const { code, stderr } = await gateway.stop();

    expect(answer.status).toBe(200);
    expect(health).toMatchObject({ code: 0, stderr: "" });
    expect(count(stderr, WARNING)).toBe(1);
    expect({ code, trace: stderr.includes("    at ") }).toEqual({ code: 0, trace: false });
  });
}

test("F7: commands that look at the machine say what they know of it", async ({ home }) => {
  await configured(home, "loopback");
  const env = home.env({ NODE_OPTIONS: `--import=${PRELOAD}`, CLAWDBOT_DISABLE_BONJOUR: "1" });

  const results = await Promise.all(
    [
      ["gateway", "status"],
      ["gateway", "probe", "--timeout", "500"],
      ["doctor", "--non-interactive"],
    ].map((args) => runCli(args, { env })),
  );

  expect(results.map(({ stderr }) => stderr.includes("Internal error"))).toEqual([false, false, false]);
  expect(results.map(({ stdout }) => stdout.includes("could not be carried out"))).toEqual([
    false,
    false,
    false,
  ]);
});

test("F7: a gateway runs where the kernel refuses to list the interfaces", async ({ home }) => {
  const python = findProgram("python3");
  test.skip(process.platform !== "linux" || python === undefined, "needs Linux and python3");
  const port = await configured(home, "loopback");
  const gateway = startNode(
    [WITHOUT_NETLINK, process.execPath, LAUNCHER, "gateway"],
    { env: home.env() },
    python,
  );
  await gateway.waitFor(/log file: /);

  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  const { code, stderr } = await gateway.stop();

  expect(answer.status).toBe(200);
  expect({ code, warnings: count(stderr, WARNING) }).toEqual({ code: 0, warnings: 1 });
});

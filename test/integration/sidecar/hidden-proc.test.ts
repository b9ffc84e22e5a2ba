/** A gateway and its commands where /proc tells less than usual, as in WSL, containers and hardened units. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { readFacts } from "../../../shared/node/run-state.ts";
import { TEST_TOKEN } from "../../helpers/gateway/wire-client.ts";
import { type TempHome, test } from "../../helpers/home/temp-home.ts";
import { freePort } from "../../helpers/network/ports.ts";
import { LAUNCHER } from "../../helpers/process/clawdbot.ts";
import { type CliProcess, startNode } from "../../helpers/process/cli.ts";

const hasNamespaces = spawnSync("unshare", ["--mount", "--propagation", "private", "true"]).status === 0;

test.skip(!hasNamespaces, "mount namespaces need root and Linux");
test.describe.configure({ timeout: 90_000 });

/** What is done to /proc in a namespace of its own, before the program starts there. */
interface Disguise {
  name: string;
  script: (home: TempHome) => string;
  /** Whether the kernel's own list of sockets can be read. */
  hasSockets: boolean;
}

const DISGUISES: readonly Disguise[] = [
  {
    name: "another boot id",
    script: (home) => {
      const file = join(home.path, "boot_id");
      writeFileSync(file, "11111111-2222-3333-4444-555555555555\n");
      return `mount --bind '${file}' /proc/sys/kernel/random/boot_id`;
    },
    hasSockets: true,
  },
  { name: "no boot id", script: () => "mount -t tmpfs tmpfs /proc/sys/kernel/random", hasSockets: true },
  {
    name: "no processes of others",
    script: () => "mount -t proc -o hidepid=2 proc /proc",
    hasSockets: true,
  },
  { name: "nothing at all", script: () => "mount -t tmpfs tmpfs /proc", hasSockets: false },
];

for (const { name, script, hasSockets } of DISGUISES) {
  test.describe(`with ${name} in /proc`, () => {
    /** Runs `clawdbot <args>` there. */
    const start = (home: TempHome, args: readonly string[]): CliProcess => {
      const enter = `${script(home)} && exec "$@"`;
      const words = [
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        enter,
        "sh",
        process.execPath,
        LAUNCHER,
      ];
      const env = home.env({ CLAWDBOT_DISABLE_BONJOUR: "1" });
      return startNode([...words, ...args], { env, timeoutMs: 60_000 }, "unshare");
    };
    const run = (home: TempHome, ...args: string[]) => start(home, args).ended;

    test(`F6: every command tells the truth of a running gateway, and --force replaces it`, async ({
      home,
    }) => {
      const port = await freePort();
      home.writeConfig({ gateway: { mode: "local", port, auth: { mode: "token", token: TEST_TOKEN } } });
      const gateway = start(home, ["gateway"]);
      const [, pid] = await gateway.waitFor(/\(PID (\d+)\)/);
      await gateway.waitFor(/log file: /);

      const [second, status, doctor, stop] = await Promise.all([
        run(home, "gateway"),
        run(home, "gateway", "status", "--json"),
        run(home, "doctor", "--non-interactive", "--json"),
        run(home, "gateway", "stop"),
      ]);
      const next = start(home, ["gateway", "--force"]);
      await next.waitFor(/log file: /);
      const { code } = await gateway.ended;
      const facts = readFacts(join(home.stateDir, "run", "gateway.json"));
      await next.stop();

      expect(second.stderr).toContain(`Gateway already running locally (PID ${pid}, port ${port}`);
      const { gateway: known, port: held, rpc } = JSON.parse(status.stdout);
      expect({ pid: known.pid, hints: held.hints }).toEqual({ pid: Number(pid), hints: [] });
      if (hasSockets) expect(rpc.ok).toBe(true);
      const codes = JSON.parse(doctor.stdout).findings.map(({ code: each }: { code: string }) => each);
      expect(
        codes.filter((each: string) => /stale|lock-held|port-held|not-running|unreachable/.test(each)),
      ).toEqual([]);
      expect(`${stop.stdout}${stop.stderr}`).toContain(`PID ${pid}`);
      expect({ code, isReplaced: facts !== undefined && facts.pid !== Number(pid) }).toEqual({
        code: 0,
        isReplaced: true,
      });
    });
  });
}

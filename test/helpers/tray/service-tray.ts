/** `test` with the tray of the default profile, in a home whose services a real `systemd --user` runs. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TempHome } from "../home/temp-home.ts";
import { runCli } from "../process/cli.ts";
import { test as base, type UserSystemd } from "../service/user-systemd.ts";
import { TestTray } from "./tray.ts";

export { expect } from "@playwright/test";

export const UNIT = "clawdbot-gateway.service";

/** The home of the manager, as a home for one test. */
function homeOf(systemd: UserSystemd): TempHome {
  const stateDir = join(systemd.home, ".clawdbot");
  const configFile = join(stateDir, "clawdbot.json");
  return {
    path: systemd.home,
    stateDir,
    configFile,
    env: systemd.env,
    writeConfig: (content) => {
      mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
      writeFileSync(configFile, typeof content === "string" ? content : JSON.stringify(content), {
        mode: 0o600,
      });
    },
    dispose: () => {
      for (const folder of [stateDir, `${stateDir}-dev`, join(systemd.home, ".config", "autostart")]) {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

export interface ServiceHome extends TempHome {
  /** Runs `clawdbot <args>` there; fails when it fails. */
  clawdbot(...args: string[]): Promise<string>;
  /** One property of the unit. */
  property(name: string): string;
  unitFile: string;
}

export const test = base.extend<{
  home: ServiceHome;
  startTray: (env?: Record<string, string>) => TestTray;
}>({
  home: async ({ systemd }, use) => {
    const home = homeOf(systemd);
    const clawdbot = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCli(args, { env: home.env(), timeoutMs: 90_000 });
      if (code !== 0) throw new Error(`clawdbot ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
      return stdout;
    };
    const property = (name: string) =>
      systemd.systemctl("show", UNIT, `--property=${name}`, "--value").trim();
    await use({
      ...home,
      clawdbot,
      property,
      unitFile: join(home.path, ".config", "systemd", "user", UNIT),
    });
    await clawdbot("gateway", "uninstall");
    home.dispose();
  },
  startTray: async ({ home }, use) => {
    const trays: TestTray[] = [];
    await use((env) => {
      const tray = new TestTray(home, env);
      trays.push(tray);
      return tray;
    });
    for (const tray of trays) await tray.dispose();
  },
});

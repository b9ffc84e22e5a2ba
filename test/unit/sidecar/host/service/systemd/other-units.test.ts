import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveProfileContext } from "../../../../../../shared/node/profile-context.ts";
import {
  findOtherUnits,
  unitDirectories,
} from "../../../../../../sidecar/host/service/systemd/other-units.ts";
import { test as base, type TempHome } from "../../../../../helpers/home/temp-home.ts";

const { expect } = base;

interface Units {
  user: string;
  system: string;
  find(): ReturnType<typeof findOtherUnits>;
}

const test = base.extend<{ units: Units }>({
  units: async ({ home }, use) => {
    const user = join(home.path, "user");
    const system = join(home.path, "system");
    for (const directory of [user, system]) mkdirSync(directory);
    const directories = [
      { path: user, scope: "user" as const },
      { path: system, scope: "system" as const },
      { path: join(home.path, "missing"), scope: "system" as const },
    ];
    await use({
      user,
      system,
      find: () => findOtherUnits(directories, "clawdbot-gateway.service", pathsOf(home)),
    });
  },
});

function pathsOf(home: TempHome) {
  return resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux").paths;
}

function write(directory: string, name: string, ...lines: string[]): string {
  const file = join(directory, name);
  writeFileSync(file, `[Service]\n${lines.join("\n")}\n`);
  return file;
}

test.describe("findOtherUnits", () => {
  test("row 52: finds a gateway of the system and of an older name, with how to remove them", ({ units }) => {
    const system = write(
      units.system,
      "clawdbot.service",
      "ExecStart=/usr/bin/node /opt/clawdbot/dist/entry.js gateway",
    );
    const user = write(units.user, "my bot.service", 'ExecStart="/home/u/bin/clawdbot" gateway --port 18789');

    expect(units.find()).toEqual([
      {
        label: "my bot.service",
        detail: user,
        scope: "user",
        cleanup: ["systemctl --user disable --now 'my bot.service'", `rm '${user}'`],
      },
      {
        label: "clawdbot.service",
        detail: system,
        scope: "system",
        cleanup: ["sudo systemctl disable --now clawdbot.service", `sudo rm ${system}`],
      },
    ]);
  });

  test("passes over our own unit, but not over one of the system by the same name", ({ units }) => {
    for (const directory of [units.user, units.system]) {
      write(directory, "clawdbot-gateway.service", "ExecStart=/usr/bin/clawdbot gateway");
    }

    expect(units.find()).toMatchObject([{ label: "clawdbot-gateway.service", scope: "system" }]);
  });

  test("passes over services of other profiles, but finds a second one for the same state", ({
    units,
    home,
  }) => {
    const marker = "Environment=CLAWDBOT_SERVICE_MARKER=clawdbot CLAWDBOT_SERVICE_KIND=gateway";
    const run = "ExecStart=/usr/bin/node /opt/launch.cjs gateway run";
    write(units.user, "clawdbot-gateway-work.service", run, `${marker} CLAWDBOT_PROFILE=work`);
    write(units.user, "renamed.service", run, marker);
    write(
      units.user,
      "stated.service",
      run,
      `${marker} CLAWDBOT_PROFILE=x "CLAWDBOT_STATE_DIR=${home.stateDir}"`,
    );

    expect(units.find().map(({ label }) => label)).toEqual(["renamed.service", "stated.service"]);
  });

  test("passes over everything else, also what cannot be read", ({ units }) => {
    write(units.user, "other.service", "ExecStart=/usr/bin/node /opt/gateway/gateway.js");
    write(units.user, "tray.service", "ExecStart=/usr/bin/clawdbot tray");
    write(units.user, "clawdbot.timer", "ExecStart=/usr/bin/clawdbot gateway");
    symlinkSync("/dev/null", join(units.user, "masked.service"));
    symlinkSync(join(units.user, "nowhere"), join(units.user, "dangling.service"));

    expect(units.find()).toEqual([]);
  });
});

test.describe("unitDirectories", () => {
  test("names those of the user before those of the machine", ({ home }) => {
    const context = resolveProfileContext({ profile: undefined, dev: false }, home.env(), "linux");

    const directories = unitDirectories("/u", context);

    expect(directories.map(({ path }) => path)).toEqual([
      "/u",
      join(home.path, ".local/share/systemd/user"),
      "/etc/systemd/user",
      "/usr/local/lib/systemd/user",
      "/usr/lib/systemd/user",
      "/lib/systemd/user",
      "/etc/systemd/system",
      "/usr/local/lib/systemd/system",
      "/usr/lib/systemd/system",
      "/lib/systemd/system",
    ]);
  });
});

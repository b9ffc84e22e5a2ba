import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { createTempHome } from "../../../../../helpers/home/temp-home.ts";
import { missingReason } from "../../../../../helpers/run/desktop-needs.ts";
import { reads } from "../../../../../helpers/run/reads.ts";
import { testProgram } from "../../../../../helpers/run/test-programs.ts";
import { serviceFor } from "../../../../../helpers/service/systemd-service.ts";
import { expect, test } from "../../../../../helpers/service/user-systemd.ts";

const ASK = testProgram("fixtures/service/ask-manager");
const USER = userInfo().username;

/** A machine that systemd booted, in which this user has no manager. */
const WITHOUT_MANAGER = [
  "unshare",
  "--mount",
  "sh",
  "-c",
  'mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system && mkdir -p /run/user && mount -t tmpfs tmpfs /run/user && exec "$@"',
  "sh",
];

/** What a process with this environment is told, started by these words. */
function ask(env: Record<string, string>, words: readonly string[] = []) {
  const [file = "", ...args] = [...words, process.execPath, ASK];
  const { stdout, stderr } = spawnSync(file, args, { env, encoding: "utf8", timeout: 20_000 });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as unknown;
}

test.describe("the manager of this user", () => {
  test("row 37: is found without XDG_RUNTIME_DIR, as after su", ({ systemd }) => {
    const { XDG_RUNTIME_DIR: _, ...env } = systemd.env();

    expect(ask(env, systemd.booted)).toMatchObject({ status: { installed: false, runtime: "stopped" } });
  });

  test("row 37: is found with the XDG_RUNTIME_DIR of another user", ({ systemd }) => {
    const env = systemd.env({
      XDG_RUNTIME_DIR: "/run/user/4711",
      DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/4711/bus",
    });

    expect(ask(env, systemd.booted)).toMatchObject({ status: { installed: false, runtime: "stopped" } });
  });
});

test.describe("a user without a manager", () => {
  const reason = missingReason("service");

  test("row 37: is told to log in as itself, or to let its services linger", () => {
    test.skip(reason !== undefined, reason);
    const home = createTempHome();

    expect(ask(home.env(), WITHOUT_MANAGER)).toEqual({
      code: "SERVICE_UNAVAILABLE",
      message: "The systemd of this user cannot be reached: XDG_RUNTIME_DIR is not set, as after su or sudo.",
      fix: expect.stringContaining(`sudo loginctl enable-linger ${USER}`),
    });
    home.dispose();
  });

  test("row 37: is told so in one line where there is no systemctl", () => {
    test.skip(process.platform !== "linux", "elsewhere another service manager answers");
    const home = createTempHome();
    const empty = join(home.path, "empty");
    mkdirSync(empty);

    const answer = ask(home.env({ PATH: empty }));

    expect(answer).toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      message: expect.stringContaining("no systemctl"),
    });
    home.dispose();
  });
});

test.describe("an installation that is not wanted from here", () => {
  test("row 36: by sudo, names the user whose service it would be", async ({ systemd }) => {
    const service = serviceFor(systemd, "sudo", { SUDO_USER: "ada" });

    const attempt = service.manager.install(service.definition(), { force: true });

    await expect(attempt).rejects.toMatchObject({
      code: "SERVICE_REFUSED",
      message: `Run by sudo, this would change the services of ${USER} instead of those of ada.`,
      fix: reads("run it as ada, without sudo"),
    });
    await expect(service.manager.assertInstallable()).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
    expect(await service.footprint()).toEqual([]);
  });

  test("is not stopped by a sudo of the user's own", async ({ systemd }) => {
    const service = serviceFor(systemd, "sudo", { SUDO_USER: USER });

    await expect(service.manager.assertInstallable()).resolves.toBeUndefined();
  });

  test("is left to Nix where Nix manages it, and so is its end", async ({ systemd }) => {
    const service = serviceFor(systemd, "nix", { CLAWDBOT_NIX_MODE: "1" });

    const attempts = [
      service.manager.install(service.definition(), { force: true }),
      service.manager.uninstall(),
    ];

    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        code: "SERVICE_REFUSED",
        message: expect.stringContaining("CLAWDBOT_NIX_MODE"),
      });
    }
  });

  for (const name of ["../escape", "a b", "ä", "template@", "@one"]) {
    test(`needs the name of a unit, which ${name} is not`, async ({ systemd }) => {
      const service = serviceFor(systemd, "named", { CLAWDBOT_SYSTEMD_UNIT: name });

      await expect(service.manager.assertInstallable()).rejects.toMatchObject({
        code: "SERVICE_REFUSED",
        message: expect.stringContaining(`"${name}.service" is not the name of a unit`),
      });
    });
  }
});

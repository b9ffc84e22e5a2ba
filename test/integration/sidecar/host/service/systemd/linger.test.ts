import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { printed, reads } from "../../../../../helpers/run/reads.ts";
import {
  test as base,
  expect,
  type SystemdServiceUnderTest,
  serviceFor,
} from "../../../../../helpers/service/systemd-service.ts";

const USER = userInfo().username;

/** Stand-ins for logind and sudo, which answer from files beside them and note what they were asked. */
const LOGINCTL = `#!/bin/sh
cd "$(dirname "$0")" && echo "loginctl $*" >> calls
case "$*" in
  *show-user*) cat linger ;;
  *enable-linger*) test -e may-enable && echo Linger=yes > linger ;;
esac
`;
const SUDO = `#!/bin/sh
cd "$(dirname "$0")" && echo "sudo $*" >> calls
test -e may-sudo || exit 1
shift && touch may-enable && exec "$@"
`;

interface Logind {
  service: SystemdServiceUnderTest;
  set(file: string, content?: string): void;
  calls(): string[];
}

const test = base.extend<{ logind: Logind }>({
  logind: async ({ systemd }, use) => {
    const folder = join(systemd.home, "logind");
    mkdirSync(folder);
    const set = (file: string, content = "") => writeFileSync(join(folder, file), content);
    for (const [name, script] of [
      ["loginctl", LOGINCTL],
      ["sudo", SUDO],
    ] as const) {
      set(name, script);
      chmodSync(join(folder, name), 0o755);
    }
    set("calls");
    const service = serviceFor(systemd, `linger${process.hrtime.bigint()}`, {
      PATH: `${folder}:${process.env.PATH}`,
    });
    const calls = () =>
      readFileSync(join(folder, "calls"), "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.includes("show-user"));
    await use({ service, set, calls });
    await service.manager.uninstall();
    rmSync(folder, { recursive: true });
  },
});

test.describe("lingering", () => {
  test("row 35: is turned on where the user may", async ({ logind: { service, set, calls } }) => {
    set("linger", "Linger=no\n");
    set("may-enable");

    const { warnings } = await service.manager.install(service.definition(), { force: false });

    expect(warnings).toEqual([]);
    expect(calls()).toEqual([`loginctl --no-ask-password enable-linger ${USER}`]);
  });

  test("row 35: is turned on through a sudo that asks for no password", async ({ logind }) => {
    const { service, set, calls } = logind;
    set("linger", "Linger=no\n");
    set("may-sudo");

    const { warnings } = await service.manager.install(service.definition(), { force: false });

    expect(warnings).toEqual([]);
    expect(calls()).toContain(`sudo -n loginctl --no-ask-password enable-linger ${USER}`);
  });

  test("row 35: that stays off is a warning with the command, and a finding later", async ({ logind }) => {
    const { service, set } = logind;
    set("linger", "Linger=no\n");

    const { warnings } = await service.manager.install(service.definition(), { force: false });

    const remedy = `sudo loginctl enable-linger ${USER}`;
    expect(warnings.map(printed)).toEqual([expect.stringContaining(remedy)]);
    expect(await service.manager.audit(service.definition())).toMatchObject([
      { code: "systemd-linger-off", remedy: reads(remedy) },
    ]);
  });

  test("that is on needs nothing", async ({ logind: { service, set, calls } }) => {
    set("linger", "Linger=yes\n");

    await service.manager.install(service.definition(), { force: false });

    expect(calls()).toEqual([]);
  });

  test("is no matter where no logind answers", async ({ logind: { service, set, calls } }) => {
    set("linger", "Failed to connect to bus\n");

    const { warnings } = await service.manager.install(service.definition(), { force: false });

    expect(warnings).toEqual([]);
    expect(calls()).toEqual([]);
    expect(await service.manager.audit(service.definition())).toEqual([]);
  });
});

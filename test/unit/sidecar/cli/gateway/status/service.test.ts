import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { resolveProfileContext } from "../../../../../../shared/node/profile-context.ts";
import { serviceIdentity } from "../../../../../../shared/node/service-identity.ts";
import { lookAtService } from "../../../../../../sidecar/cli/gateway/status/service.ts";
import { type TempHome, test } from "../../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../../helpers/run/reads.ts";

/** A user whose `systemctl` is this script; each call leaves a file. */
function userWith(home: TempHome, systemctl: string) {
  const folder = join(home.path, "tools");
  const called = join(home.path, "called");
  mkdirSync(folder);
  for (const name of ["systemctl", "loginctl"]) {
    writeFileSync(join(folder, name), `#!/bin/sh\n: > '${called}'\n${systemctl}\n`, { mode: 0o755 });
  }
  const env = home.env({ PATH: `${folder}:/usr/bin:/bin` });
  const context = resolveProfileContext({ profile: undefined, dev: false }, env, "linux");
  return { context, wasCalled: () => existsSync(called) };
}

function installUnit(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    '[Service]\nExecStart="/usr/bin/node" "/opt/launch.cjs" "gateway" "run" "--port" "4001"\n',
  );
}

test.describe("the look at the service", () => {
  test("asks the system nothing where none is installed", async ({ home }) => {
    const { context, wasCalled } = userWith(home, "exit 1");

    const { findings } = await lookAtService(context, false);
    expect(findings).toMatchObject({ installed: false, issues: [], others: [] });
    expect(findings.status).toBeUndefined();
    expect(findings.hint).toBeUndefined();

    const deep = await lookAtService(context, true);
    expect(deep.findings.hint).toBeUndefined();
    expect(wasCalled()).toBe(false);
  });

  test("goes on without a manager that does not answer in time, with what the file says", async ({
    home,
  }) => {
    const { context, wasCalled } = userWith(home, "exec sleep 2");
    installUnit(serviceIdentity(context).file);

    const { findings } = await lookAtService(context, false, 200);

    expect(wasCalled()).toBe(true);
    expect(printed(findings.hint)).toBe("the service manager (systemd) did not answer within 0.2 s");
    expect(findings.status).toBeUndefined();
    expect(findings.definition?.command.slice(-2)).toEqual(["--port", "4001"]);
    expect(findings.view?.port).toEqual({ port: 4001, source: "service args" });
    expect(findings.issues.map(({ code }) => code)).toContain("gateway-entrypoint-mismatch");
  });

  test("says in one line why the manager cannot be reached, and how it could", async ({ home }) => {
    const { context } = userWith(home, "echo 'Failed to connect to bus' >&2; exit 1");
    installUnit(serviceIdentity(context).file);

    const { findings } = await lookAtService(context, false);

    expect(findings.installed).toBe(true);
    expect(printed(findings.hint)).toMatch(/^[^\n.]+: [^\n]+$/);
    expect(findings.definition?.sourcePath).toBe(serviceIdentity(context).file);
  });
});

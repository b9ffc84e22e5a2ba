import { expect, test } from "@playwright/test";
import { resolvePaths } from "../../../../../../shared/node/paths.ts";
import type { RuntimeInfo } from "../../../../../../shared/node/run-state.ts";
import { holderOf, type OwnedGateway, readUnit } from "../../../../../../sidecar/cli/gateway/status/owner.ts";
import type { ServiceFindings } from "../../../../../../sidecar/cli/gateway/status/service.ts";
import type { ExtraService } from "../../../../../../sidecar/host/service/service-manager.ts";
import { RUNNING, serviceOn } from "../../../../../helpers/service/status-findings.ts";

const OURS = "clawdbot-gateway.service";

const PLACE = {
  platform: "linux" as const,
  paths: resolvePaths({ env: { HOME: "/nowhere" }, platform: "linux" }),
};

/** Whoever keeps the process of this test, taken for a gateway. */
async function holder(
  { service, code }: { service?: string; code?: string },
  change: Partial<ServiceFindings> = {},
  others: ExtraService[] = [],
) {
  const findings = serviceOn("linux", change);
  let looked = 0;
  const gateway: OwnedGateway = {
    pid: process.pid,
    facts: facts(service),
    blocked: code === undefined ? undefined : { code, message: "", atMs: 0 },
  };
  const lookForOthers = async () => {
    looked += 1;
    findings.others = others;
  };
  return { ...(await holderOf(gateway, { findings, lookForOthers }, PLACE)), looked };
}

const facts = (service: string | undefined): RuntimeInfo => ({
  pid: process.pid,
  startId: "s",
  instanceId: "i",
  port: 1,
  hosts: [],
  version: "1",
  phase: "ready",
  startedAtMs: 0,
  ...(service === undefined ? {} : { service }),
});

const unit = (label: string, scope: "user" | "system"): ExtraService => ({
  label,
  scope,
  detail: "/unit",
  cleanup: [],
});

const STOPPED = { ...RUNNING, runtime: "stopped" as const, pid: 1_000_000_000 };
const { pid: _, ...SILENT } = RUNNING;

test.describe("who keeps the gateway", () => {
  test("is the service when its main process is the gateway or started it", async () => {
    const service = { kind: "service", looked: 0 };

    expect(await holder({}, { status: { ...RUNNING, pid: process.pid } })).toEqual(service);
    expect(await holder({}, { status: { ...RUNNING, pid: process.ppid } })).toEqual(service);
  });

  test("is the service by the gateway's word when the manager does not tell", async () => {
    const service = { kind: "service", looked: 0 };

    expect(await holder({ service: OURS }, { status: undefined })).toEqual(service);
    expect(await holder({ service: OURS }, { status: SILENT })).toEqual(service);
    expect(await holder({ service: OURS }, { status: { ...SILENT, runtime: "stopping" } })).toEqual(service);
  });

  test("is a terminal when nothing else claims it, and then nobody else is looked for", async () => {
    const foreground = { kind: "foreground", looked: 0 };

    expect(await holder({}, { status: { ...SILENT, runtime: "stopped" } })).toEqual(foreground);
    expect(await holder({}, { status: STOPPED })).toEqual(foreground);
    expect(await holder({}, { installed: false, status: undefined })).toEqual(foreground);
    expect(await holder({ code: "CONFIG_INVALID" }, { status: STOPPED })).toEqual(foreground);
  });

  test("is nobody any more when the service that started it has another process or none", async () => {
    const orphan = { kind: "orphan", looked: 1 };

    expect(await holder({ service: OURS }, { status: STOPPED })).toEqual(orphan);
    expect(await holder({ service: OURS }, { status: { ...SILENT, runtime: "blocked" } })).toEqual(orphan);
  });

  test("row 52: is another service that it names, of the system also by the same name", async () => {
    expect(await holder({ service: "house.service" }, {}, [unit("house.service", "user")])).toEqual({
      kind: "other",
      name: "house.service",
      scope: "user",
      looked: 1,
    });
    expect(await holder({ service: OURS }, { status: STOPPED }, [unit(OURS, "system")])).toEqual({
      kind: "other",
      name: OURS,
      scope: "system",
      looked: 1,
    });
    expect(await holder({ service: OURS }, { installed: false, status: undefined })).toEqual({
      kind: "other",
      name: OURS,
      scope: undefined,
      looked: 1,
    });
  });

  test("row 52: is looked for when it says nothing and a start was refused because of it", async () => {
    const { looked } = await holder({ code: "ALREADY_RUNNING" }, { status: STOPPED });

    expect(looked).toBe(1);
  });
});

test.describe("the unit of a process", () => {
  const user = "/user.slice/user-1000.slice/user@1000.service";
  for (const [text, unitOfProcess] of [
    ["0::/system.slice/clawdbot.service\n", { name: "clawdbot.service", ofUser: false }],
    [`0::${user}/app.slice/clawdbot.service\n`, { name: "clawdbot.service", ofUser: true }],
    ["5:cpu:/\n1:name=systemd:/system.slice/clawdbot.service\n", { name: "clawdbot.service", ofUser: false }],
    [`0::${user}/app.slice/app-org.gnome.Terminal.slice/vte-spawn-1.scope\n`, undefined],
    [`0::${user}\n`, { name: "user@1000.service", ofUser: false }],
    ["0::/user.slice/user-1000.slice/session-3.scope\n", undefined],
    ["0::/\n", undefined],
    ["", undefined],
  ] as const) {
    test(`is ${unitOfProcess?.name ?? "none"} in ${JSON.stringify(text)}`, () => {
      expect(readUnit(text)).toEqual(unitOfProcess);
    });
  }
});

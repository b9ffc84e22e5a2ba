import { expect, test } from "@playwright/test";
import fc from "fast-check";
import type { ServiceDefinition } from "../../../../../../sidecar/host/service/service-manager.ts";
import { renderUnit } from "../../../../../../sidecar/host/service/systemd/render-unit.ts";
import { parseUnit, unitCommand } from "../../../../../../sidecar/host/service/systemd/unit-file.ts";
import { expectEqual } from "../../../../../helpers/run/expect-equal.ts";

const HOME = "/home/u";
const DEFINITION: ServiceDefinition = {
  description: "Clawdbot Gateway (v0.1.0)",
  command: ["/usr/bin/node", "/opt/clawdbot/launch.cjs", "gateway", "run", "--supervised"],
  workingDirectory: HOME,
  environment: { HOME, CLAWDBOT_SERVICE_MARKER: "clawdbot" },
  environmentFile: "/home/u/.clawdbot/service.env",
  logDir: "/home/u/.clawdbot/logs",
};

test.describe("renderUnit", () => {
  test("writes the whole unit", () => {
    expect(renderUnit(DEFINITION, "notify")).toBe(`[Unit]
Description=Clawdbot Gateway (v0.1.0)
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=notify
NotifyAccess=all
ExecStart="/usr/bin/node" "/opt/clawdbot/launch.cjs" "gateway" "run" "--supervised"
WorkingDirectory=/home/u
EnvironmentFile=-/home/u/.clawdbot/service.env
Environment="HOME=/home/u"
Environment="CLAWDBOT_SERVICE_MARKER=clawdbot"
Restart=always
RestartSec=5
RestartPreventExitStatus=78
SuccessExitStatus=143
TimeoutStartSec=90
TimeoutStopSec=20
KillMode=mixed
OOMPolicy=continue

[Install]
WantedBy=default.target
`);
  });

  test("counts a gateway that cannot announce itself as started when it was executed", () => {
    expect(renderUnit(DEFINITION, "exec")).toContain("\nType=exec\n");
  });

  test("keeps every text on its line and in its place", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((each) => !/\p{Cc}/u.test(each));
    const tempting = fc.string({ unit: fc.constantFrom(..."\"'\\%$ {}nx2h;#=-@:~*?[]ü🦞"), maxLength: 12 });
    const any = fc.oneof(text, tempting);
    const path = any.map((each) => `/${each.replaceAll("//", "/")}`).filter((each) => !each.endsWith("/."));
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    const definitions = fc.record({
      description: any,
      command: fc.tuple(path, fc.array(any, { maxLength: 5 })).map(([program, args]) => [program, ...args]),
      workingDirectory: path,
      environment: fc.dictionary(name, any, { maxKeys: 5 }),
      environmentFile: path.map((each) => `${each}/service.env`),
      logDir: fc.constant("/"),
    });
    const lineCount = renderUnit({ ...DEFINITION, environment: {} }, "notify").split("\n").length;

    fc.assert(
      fc.property(definitions, (definition) => {
        const unit = renderUnit(definition, "notify");

        const read = unitCommand(parseUnit(unit), HOME);
        const { command, environment, workingDirectory, environmentFile } = read;
        const { description: _, logDir: __, ...written } = definition;
        expectEqual(
          {
            lines: unit.split("\n").length,
            command,
            environment: { ...environment },
            workingDirectory,
            environmentFile,
          },
          {
            lines: lineCount + Object.keys(written.environment).length,
            ...written,
            environment: { ...written.environment },
          },
        );
      }),
    );
  });
});

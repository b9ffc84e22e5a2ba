import { expect, test } from "@playwright/test";
import { renderPropertyList } from "../../../../../../shared/node/property-list.ts";
import {
  installedDefinition,
  readAgent,
  renderAgent,
} from "../../../../../../sidecar/host/service/launchd/agent.ts";
import { auditAgent } from "../../../../../../sidecar/host/service/launchd/audit.ts";
import type { ServiceDefinition } from "../../../../../../sidecar/host/service/service-manager.ts";
import { printed } from "../../../../../helpers/run/reads.ts";

const DEFINITION: ServiceDefinition = {
  description: "Clawdbot Gateway (profile: work, v1.2.3)",
  command: ["/opt/homebrew/bin/node", "/Users/j & co/launch.cjs", "gateway", "run", "--supervised"],
  workingDirectory: "/Users/j & co",
  environment: { HOME: "/Users/j & co", CLAWDBOT_SERVICE_MARKER: "clawdbot" },
  environmentFile: "/Users/j & co/.clawdbot-work/service.env",
  logDir: "/Users/j & co/.clawdbot-work/logs",
};

test.describe("renderAgent", () => {
  test("says everything launchd needs, and nothing that goes stale", () => {
    expect(renderAgent("com.clawdbot.work", DEFINITION)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>com.clawdbot.work</string>
  <key>Comment</key>
  <string>Clawdbot Gateway (profile: work, v1.2.3)</string>
  <key>ProgramArguments</key>
  <array>
    <string>/opt/homebrew/bin/node</string>
    <string>/Users/j &amp; co/launch.cjs</string>
    <string>gateway</string>
    <string>run</string>
    <string>--supervised</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>HOME</key>
    <string>/Users/j &amp; co</string>
    <key>CLAWDBOT_SERVICE_MARKER</key>
    <string>clawdbot</string>
  </dict>
  <key>WorkingDirectory</key>
  <string>/Users/j &amp; co</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>StandardOutPath</key>
  <string>/Users/j &amp; co/.clawdbot-work/logs/gateway.out.log</string>
  <key>StandardErrorPath</key>
  <string>/Users/j &amp; co/.clawdbot-work/logs/gateway.err.log</string>
</dict>
</plist>
`);
  });
});

test.describe("readAgent", () => {
  test("gives back what was rendered", () => {
    const agent = readAgent(renderAgent("com.clawdbot.work", DEFINITION));

    expect(agent).toMatchObject({ label: "com.clawdbot.work", runAtLoad: true, isKeptAlive: true });
    expect(agent && installedDefinition(agent, "/x.plist")).toEqual({
      command: DEFINITION.command,
      workingDirectory: DEFINITION.workingDirectory,
      environment: DEFINITION.environment,
      sourcePath: "/x.plist",
      overridePaths: [],
    });
  });

  for (const [what, values, isKeptAlive] of [
    ["true", true, true],
    ["{ SuccessfulExit: false }", { SuccessfulExit: false }, true],
    ["false", false, false],
    ["{ SuccessfulExit: true }", { SuccessfulExit: true }, false],
    ["other conditions", { NetworkState: true }, false],
  ] as const) {
    test(`takes KeepAlive ${what} for ${isKeptAlive ? "" : "not "}kept alive`, () => {
      expect(readAgent(renderPropertyList({ Label: "a", KeepAlive: values }))).toMatchObject({ isKeptAlive });
    });
  }

  test("runs Program where there is one", () => {
    const text = renderPropertyList({ Program: "/usr/bin/node", ProgramArguments: ["gateway-node", "a.js"] });

    expect(readAgent(text)?.command).toEqual(["/usr/bin/node", "a.js"]);
  });

  test("leaves out what has another type than it should", () => {
    const text = renderPropertyList({
      Label: 7,
      ProgramArguments: "gateway",
      EnvironmentVariables: { A: "b", N: 1 },
      RunAtLoad: "true",
    });

    expect(readAgent(text)).toEqual({
      label: undefined,
      command: [],
      workingDirectory: undefined,
      environment: { A: "b" },
      outputs: [],
      runAtLoad: false,
      isKeptAlive: false,
    });
    expect(readAgent("<plist><array/></plist>")).toBeUndefined();
  });
});

test.describe("auditAgent", () => {
  const facts = {
    file: "/Users/j/Library/LaunchAgents/com.clawdbot.gateway.plist",
    agent: readAgent(renderAgent("com.clawdbot.gateway", DEFINITION)),
    mode: 0o100644,
    isForeign: false,
    isDisabled: false,
    systemDaemon: undefined,
  };
  const codes = (change: Partial<typeof facts> | { agent: undefined } | { systemDaemon: string }) =>
    auditAgent({ ...facts, ...change }).map(({ code }) => code);

  test("has nothing to say of our own", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ mode: 0o100600 })).toEqual([]);
  });

  test("has a code for each thing that is wrong", () => {
    const agent = readAgent(renderPropertyList({ Label: "a", ProgramArguments: ["/bin/true"] }));

    expect(codes({ agent })).toEqual(["launchd-run-at-load", "launchd-keep-alive"]);
    expect(codes({ agent: undefined })).toEqual(["launchd-plist-unreadable"]);
    expect(codes({ isDisabled: true })).toEqual(["launchd-disabled"]);
    expect(codes({ systemDaemon: "/Library/LaunchDaemons/x.plist" })).toEqual(["launchd-system-duplicate"]);
    expect(codes({ mode: 0o100664 })).toEqual(["unit-permissions"]);
    expect(codes({ isForeign: true })).toEqual(["unit-permissions"]);
  });

  test("says what helps where an installation does", () => {
    const agent = readAgent(renderPropertyList({ Label: "a", ProgramArguments: ["/bin/true"] }));
    const issues = [{ agent }, { agent: undefined }, { isDisabled: true }].flatMap((change) =>
      auditAgent({ ...facts, ...change }),
    );

    expect(issues).toHaveLength(4);
    for (const { remedy } of issues) expect(printed(remedy)).toMatch(/^clawdbot gateway install --force /);
  });
});

import { expect, test } from "@playwright/test";
import fc from "fast-check";
import {
  encodeTask,
  readTask,
  renderTask,
} from "../../../../../../sidecar/host/service/schtasks/task-xml.ts";
import { TASK } from "../../../../../helpers/service/sample-task.ts";

/** Everything that XML 1.0 can hold and that is no control character. */
const text = fc.string({ unit: "binary" }).filter((value) => !/[\p{Cc}\p{Cs}\ufffe\uffff]/u.test(value));

test.describe("renderTask", () => {
  test("row 42: writes this task, which nothing ends: no time limit, no battery, no second instance", () => {
    expect(renderTask(TASK).split("\r\n")).toEqual([
      '<?xml version="1.0" encoding="UTF-16"?>',
      '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
      "  <RegistrationInfo>",
      "    <Description>Clawdbot Gateway (v1)</Description>",
      "  </RegistrationInfo>",
      "  <Triggers>",
      "    <LogonTrigger>",
      "      <Enabled>true</Enabled>",
      "      <UserId>S-1-5-21-1-2-3-1001</UserId>",
      "    </LogonTrigger>",
      "  </Triggers>",
      "  <Principals>",
      '    <Principal id="Author">',
      "      <UserId>S-1-5-21-1-2-3-1001</UserId>",
      "      <LogonType>InteractiveToken</LogonType>",
      "      <RunLevel>LeastPrivilege</RunLevel>",
      "    </Principal>",
      "  </Principals>",
      "  <Settings>",
      "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
      "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
      "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
      "    <AllowHardTerminate>true</AllowHardTerminate>",
      "    <StartWhenAvailable>true</StartWhenAvailable>",
      "    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>",
      "    <IdleSettings>",
      "      <StopOnIdleEnd>false</StopOnIdleEnd>",
      "      <RestartOnIdle>false</RestartOnIdle>",
      "    </IdleSettings>",
      "    <AllowStartOnDemand>true</AllowStartOnDemand>",
      "    <Enabled>true</Enabled>",
      "    <Hidden>true</Hidden>",
      "    <RunOnlyIfIdle>false</RunOnlyIfIdle>",
      "    <WakeToRun>false</WakeToRun>",
      "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
      "    <Priority>5</Priority>",
      "    <RestartOnFailure>",
      "      <Interval>PT1M</Interval>",
      "      <Count>3</Count>",
      "    </RestartOnFailure>",
      "  </Settings>",
      '  <Actions Context="Author">',
      "    <Exec>",
      "      <Command>C:\\Windows\\System32\\wscript.exe</Command>",
      "      <Arguments>//B //Nologo &quot;C:\\Users\\Jürgen &amp; Co\\.clawdbot\\gateway.vbs&quot;</Arguments>",
      "    </Exec>",
      "  </Actions>",
      "</Task>",
      "",
    ]);
  });

  test("has no trigger when nothing but a request is to start it", () => {
    expect(renderTask({ ...TASK, atLogon: false })).not.toContain("LogonTrigger");
  });

  test("refuses control characters and half characters, naming the place", () => {
    for (const character of ["\n", "\r", "\t", "\0", "\u0085", "\ud800", "\uffff"]) {
      const bad = {
        ...TASK,
        action: { ...TASK.action, arguments: `a${character}</Arguments><Command>evil` },
      };
      expect(() => renderTask(bad)).toThrow(/Arguments .* holds the character U\+/);
    }
  });
});

test.describe("readTask", () => {
  test("row 32: reads every definition back as it was given", () => {
    fc.assert(
      fc.property(text, text, text, text, fc.boolean(), (description, command, args, directory, atLogon) => {
        const action = { command, arguments: args, workingDirectory: directory };

        const read = readTask(renderTask({ ...TASK, description, action, atLogon }));

        expect(read).toMatchObject({ description, actions: [action], atLogon, user: TASK.user });
      }),
    );
  });

  test("takes the Task Scheduler's defaults for what a task leaves out", () => {
    const read = readTask(
      `<?xml version="1.0"?><Task version="1.2"><Settings/><Actions><Exec><Command>a.exe</Command></Exec></Actions></Task>`,
    );

    expect(read).toEqual({
      actions: [{ command: "a.exe", arguments: "", workingDirectory: "" }],
      description: "",
      enabled: true,
      atLogon: false,
      user: undefined,
      multipleInstances: "IgnoreNew",
      timeLimit: "PT72H",
      refusesBattery: true,
      stopsOnBattery: true,
    });
  });

  test("keeps the actions of a task apart", () => {
    const read = readTask(
      "<Task><Actions><Exec><Command>a</Command></Exec><!-- <Exec/> --><Exec><Command>b</Command><Arguments>&#x41;&#66;&unknown;</Arguments></Exec></Actions></Task>",
    );

    expect(read?.actions.map(({ command, arguments: args }) => [command, args])).toEqual([
      ["a", ""],
      ["b", "AB&unknown;"],
    ]);
  });

  test("knows a trigger that its user switched off", () => {
    const xml = renderTask(TASK).replace("<Enabled>true</Enabled>", "<Enabled>false</Enabled>");

    expect(readTask(xml)).toMatchObject({ atLogon: false, enabled: true });
  });

  test("finds no task in other texts, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (other) => {
        fc.pre(!other.includes("Task"));
        expect(readTask(other)).toBeUndefined();
      }),
    );
  });
});

test("encodeTask writes UTF-16LE with a byte order mark, as schtasks /XML wants it", () => {
  const bytes = encodeTask(renderTask({ ...TASK, description: "ü" }));

  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0]);
  expect(bytes.includes(Buffer.from("ü", "utf16le"))).toBe(true);
});

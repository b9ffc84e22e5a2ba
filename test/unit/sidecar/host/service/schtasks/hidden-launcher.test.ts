import { expect, test } from "@playwright/test";
import {
  encodeHostScript,
  HIDDEN_LAUNCHER,
  renderStartupEntry,
} from "../../../../../../sidecar/host/service/schtasks/hidden-launcher.ts";

test.describe("HIDDEN_LAUNCHER", () => {
  test("row 42: starts everything without a window that somebody could close", () => {
    const runs = HIDDEN_LAUNCHER.split("\r\n").filter((line) => /\bshell\.Run\b/.test(line));

    expect(runs).toHaveLength(2);
    for (const run of runs) expect(run).toMatch(/, 0, (True\)|False)$/);
  });

  test("row 43: holds no path and no character that could be misread", () => {
    expect(HIDDEN_LAUNCHER).not.toMatch(/[^\r\n\x20-\x7e]/);
    expect(HIDDEN_LAUNCHER).not.toMatch(/[A-Z]:\\/);
  });

  test("waits for five seconds before it starts the gateway again, and looks for the stop file meanwhile", () => {
    const loop = /For tick = 1 To (\d+)(.*?)WScript\.Sleep (\d+)\r\n {2}Next/s.exec(HIDDEN_LAUNCHER);

    expect(Number(loop?.[1]) * Number(loop?.[3])).toBe(5_000);
    expect(loop?.[2]).toContain("If files.FileExists(stopFile) Then");
  });
});

test.describe("renderStartupEntry", () => {
  test("row 43: writes this script for a user called Jürgen & Co", () => {
    const launcher = "C:\\Users\\Jürgen & Co\\.clawdbot\\gateway.vbs";

    expect(renderStartupEntry("Clawdbot Gateway", launcher).split("\r\n")).toEqual([
      "' Clawdbot Gateway: starts the gateway at login, in place of a scheduled task that Windows did not allow",
      "Dim shell",
      'Set shell = CreateObject("WScript.Shell")',
      'shell.CurrentDirectory = "C:\\Users\\Jürgen & Co\\.clawdbot"',
      'shell.Run """%SystemRoot%\\System32\\wscript.exe"" //B //Nologo ""gateway.vbs""", 0, False',
      "",
    ]);
  });

  test("row 33: refuses what would end its line or its quotation", () => {
    for (const character of ['"', "\r\n", "\n", "\0"]) {
      const launcher = `C:\\x${character}y\\gateway.vbs`;
      expect(() => renderStartupEntry("Clawdbot Gateway", launcher)).toThrow("quotation mark");
    }
  });
});

test("encodeHostScript writes UTF-16LE with a byte order mark, whatever the system's code page is", () => {
  expect([...encodeHostScript("ü")]).toEqual([0xff, 0xfe, 0xfc, 0]);
});

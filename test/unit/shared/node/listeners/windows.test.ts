import { expect, test } from "@playwright/test";
import { parsePowershell, parseWindowsNetstat } from "../../../../../shared/node/listeners/windows.ts";

test.describe("parseWindowsNetstat", () => {
  for (const state of ["LISTENING", "ABHÖREN", "ÉCOUTE", "正在监听"]) {
    test(`knows a listener by its empty foreign address when the state reads ${state}`, () => {
      const text = [
        "  Proto  Lokale Adresse         Remoteadresse          Status           PID",
        `  TCP    127.0.0.1:18789        0.0.0.0:0              ${state}         9876`,
        `  TCP    [::1]:18789            [::]:0                 ${state}         9876`,
        `  TCP    127.0.0.1:187890       0.0.0.0:0              ${state}         1111`,
        "  TCP    127.0.0.1:18789        127.0.0.1:50000        HERGESTELLT      9876",
      ].join("\r\n");

      expect(parseWindowsNetstat(text, 18_789)).toEqual([
        { address: "127.0.0.1", pid: 9876 },
        { address: "::1", pid: 9876 },
      ]);
    });
  }
});

test.describe("parsePowershell", () => {
  test("reads process facts beside the address and leaves out what a protected process hides", () => {
    const text = `[{"address":"127.0.0.1","pid":9876,"command":"node.exe","commandLine":"node server.js","user":"Jürgen","startId":"638"},
      {"address":"fe80::1%4","pid":4,"command":"System","commandLine":null,"user":null,"startId":""}]`;

    expect(parsePowershell(text)).toEqual([
      {
        address: "127.0.0.1",
        pid: 9876,
        process: { command: "node.exe", commandLine: "node server.js", user: "Jürgen", startId: "638" },
      },
      {
        address: "fe80::1",
        pid: 4,
        process: { command: "System", commandLine: "", user: "unknown", startId: undefined },
      },
    ]);
  });

  for (const text of ["", "Get-NetTCPConnection : not recognized", '{"address":"::1"}']) {
    test(`takes "${text}" for no answer`, () => {
      expect(parsePowershell(text)).toBeUndefined();
    });
  }
});

import { expect, test } from "@playwright/test";
import { type Caller, inTheWay, notPermitted, refusalFor } from "../../../../shared/node/listener-guard.ts";
import type { Listener } from "../../../../shared/node/port-owner.ts";
import { printed } from "../../../helpers/run/reads.ts";

const caller: Caller = { pid: 500, ancestors: new Set([400, 300]), env: { CLAWDBOT_SERVICE_PID: "250" } };

function listener(facts: Partial<Listener>): Listener {
  const user = { command: "node", commandLine: "node server.js", user: "alice", startId: "boot:1" };
  return { pid: 9876, addresses: ["127.0.0.1"], ...user, ...facts };
}

test.describe("refusalFor", () => {
  for (const command of ["node", "python3.11", "notsshd", "sshd-like", "vim"]) {
    test(`lets ${command} be ended`, () => {
      expect(refusalFor(listener({ command }), 18_789, caller)).toBeUndefined();
    });
  }

  for (const [command, remedy] of [
    ["systemd", "systemctl list-sockets"],
    ["launchd", "launchctl"],
    ["docker-proxy", "docker ps --filter publish=18789"],
    ["com.docker.backend", "docker ps --filter publish=18789"],
    ["vpnkit", "docker ps"],
    ["wslrelay.exe", "WSL"],
    ["svchost.exe", "netsh interface portproxy"],
    ["System", "netsh http"],
    ["sshd", "end that ssh session"],
    ["sshd-session", "end that ssh session"],
    ["ssh", "close the tunnel"],
    ["tailscaled", "tailscale serve"],
  ] as const) {
    test(`row 8: spares ${command} by name and says what to do`, () => {
      const refusal = refusalFor(listener({ command }), 18_789, caller);

      expect(printed(refusal?.reason)).toContain(`pid 9876 (${command})`);
      expect(printed(refusal?.remedy)).toContain(remedy);
    });
  }

  for (const [pid, whose] of [
    [500, "is this very process"],
    [400, "started this command"],
    [300, "started this command"],
    [250, "started this command"],
    [1, "keeps the system running"],
    [0, "keeps the system running"],
  ] as const) {
    test(`row 9: spares pid ${pid}, which ${whose}`, () => {
      expect(printed(refusalFor(listener({ pid }), 18_789, caller)?.reason)).toContain(whose);
    });
  }

  test("spares a process that the system hides and names its user", () => {
    const refusal = refusalFor(listener({ pid: undefined, user: "root" }), 18_789, caller);

    expect(printed(refusal?.reason)).toBe("port 18789 is held by a process of user root");
    expect(printed(refusal?.remedy)).toContain("sudo ss -ltnp 'sport = :18789'");
  });
});

test.describe("notPermitted", () => {
  test("names pid, program, user and the way out", () => {
    expect(printed(notPermitted(listener({ command: "nginx", user: "root" })))).toBe(
      "pid 9876 (nginx) belongs to user root: stop it with sudo kill 9876 or use --port",
    );
  });
});

test.describe("inTheWay", () => {
  const loopback = ["127.0.0.1", "::1"];

  for (const address of ["127.0.0.1", "::1", "0.0.0.0", "::"]) {
    test(`counts a listener on ${address} against loopback`, () => {
      expect(inTheWay([listener({ addresses: [address] })], loopback)).toHaveLength(1);
    });
  }

  for (const address of ["192.168.1.5", "127.0.0.2", "fe80::1"]) {
    test(`leaves a listener on ${address} alone when loopback is wanted`, () => {
      expect(inTheWay([listener({ addresses: [address] })], loopback)).toEqual([]);
    });
  }

  test("counts every IPv4 address against the IPv4 wildcard, and no IPv6 one", () => {
    const found = inTheWay(
      [listener({ addresses: ["192.168.1.5"] }), listener({ addresses: ["fe80::1"] })],
      ["0.0.0.0"],
    );

    expect(found.map(({ addresses }) => addresses)).toEqual([["192.168.1.5"]]);
  });
});

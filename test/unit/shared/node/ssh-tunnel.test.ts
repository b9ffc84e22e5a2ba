import { expect, test } from "@playwright/test";
import { formatSshTarget, parseSshTarget, sshArguments } from "../../../../shared/node/ssh-tunnel.ts";

test.describe("the target of an ssh tunnel", () => {
  for (const [text, target] of [
    ["me@den", { user: "me", host: "den", port: undefined }],
    ["me@den.example:2222", { user: "me", host: "den.example", port: 2222 }],
    ["den", { user: undefined, host: "den", port: undefined }],
    ["first.last@192.0.2.7:22", { user: "first.last", host: "192.0.2.7", port: 22 }],
    ["me@[2001:db8::7]:22", { user: "me", host: "2001:db8::7", port: 22 }],
  ] as const) {
    test(`reads ${text} and writes it again`, () => {
      expect(parseSshTarget(text, "--ssh")).toEqual(target);
      expect(formatSshTarget(target)).toBe(text);
    });
  }

  for (const text of [
    "",
    "me@",
    "@den",
    "-oProxyCommand=reboot",
    "me@-oProxyCommand=reboot",
    "-l@den",
    "me@den:0",
    "me@den:65536",
    "me@den:22x",
    "me@den; reboot",
    "me@den reboot",
    "a@b@c",
    "2001:db8::7",
  ]) {
    test(`refuses "${text}"`, () => {
      expect(() => parseSshTarget(text, "--ssh")).toThrow(
        `--ssh: expected user@host or user@host:port, got "${text}"`,
      );
    });
  }
});

test.describe("the arguments of ssh", () => {
  const options = { remotePort: 18789, timeoutMs: 1_500, env: {} };

  test("ask nothing, fail where the port is taken, and share no connection", () => {
    const args = sshArguments({ ...options, target: parseSshTarget("me@den:2222", "--ssh") }, 4000);

    expect(args.slice(0, 4)).toEqual(["-N", "-T", "-L", "127.0.0.1:4000:127.0.0.1:18789"]);
    for (const setting of [
      "BatchMode=yes",
      "ExitOnForwardFailure=yes",
      "ControlPath=none",
      "StrictHostKeyChecking=yes",
      "ConnectTimeout=2",
    ]) {
      expect(args).toContain(setting);
    }
    expect(args.slice(-6)).toEqual(["-p", "2222", "-l", "me", "--", "den"]);
  });

  test("use the key that was named and no other", () => {
    const target = parseSshTarget("den", "--ssh");
    const args = sshArguments({ ...options, target, identity: "/keys/den" }, 4000);

    expect(args).toContain("IdentitiesOnly=yes");
    expect(args.slice(-4)).toEqual(["-i", "/keys/den", "--", "den"]);
  });
});

import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceNotifier, takeNotifySocket } from "../../../../../sidecar/host/service/notify.ts";
import { test as base } from "../../../../helpers/home/temp-home.ts";

const { expect } = base;

interface Recorder {
  notifier: ServiceNotifier;
  warnings: string[];
  messages(): string[];
}

/** Stands in for `systemd-notify`: notes socket and words, and ends as the file `code` says. */
const PROGRAM = `#!/bin/sh
cd "$(dirname "$0")" && echo "$NOTIFY_SOCKET $*" >> messages && exit "$(cat code)"
`;

const test = base.extend<{ recorder: Recorder }>({
  recorder: async ({ home }, use) => {
    const program = join(home.path, "systemd-notify");
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
    writeFileSync(join(home.path, "code"), "0");
    writeFileSync(join(home.path, "messages"), "");
    const warnings: string[] = [];
    const env = { PATH: `${home.path}:/usr/bin:/bin` };
    await use({
      notifier: new ServiceNotifier("/run/notify", env, (message) => warnings.push(message)),
      warnings,
      messages: () => readFileSync(join(home.path, "messages"), "utf8").split("\n").slice(0, -1),
    });
  },
});

test.describe("ServiceNotifier", () => {
  test.skip(process.platform === "win32", "systemd is a matter of Linux");

  test("sends that the gateway is ready, and where it listens", async ({ recorder }) => {
    recorder.notifier.listening(["ws://127.0.0.1:18789", "ws://[::1]:18789"]);

    await expect
      .poll(recorder.messages)
      .toEqual(["/run/notify --ready --status=listening on ws://127.0.0.1:18789, ws://[::1]:18789"]);
    expect(recorder.warnings).toEqual([]);
  });

  test("sends one message after the other, and of those that wait only the last", async ({ recorder }) => {
    for (const port of [1, 2, 3, 4]) recorder.notifier.listening([`ws://127.0.0.1:${port}`]);

    await expect
      .poll(recorder.messages)
      .toEqual([1, 4].map((port) => `/run/notify --ready --status=listening on ws://127.0.0.1:${port}`));
  });

  test("warns when systemd cannot be told, and goes on", async ({ recorder, home }) => {
    writeFileSync(join(home.path, "code"), "1");

    recorder.notifier.listening(["ws://127.0.0.1:1"]);

    await expect.poll(() => recorder.warnings).toEqual([expect.stringContaining("systemd was not told")]);
    writeFileSync(join(home.path, "code"), "0");
    recorder.notifier.listening(["ws://127.0.0.1:2"]);
    await expect.poll(() => recorder.messages().length).toBe(2);
    expect(recorder.warnings).toHaveLength(1);
  });

  test("warns when there is no systemd-notify", async ({ home }) => {
    const warnings: string[] = [];
    const none = join(home.path, "none");
    const notifier = new ServiceNotifier("/run/notify", { PATH: none }, (text) => warnings.push(text), none);

    notifier.listening(["ws://127.0.0.1:1"]);

    await expect.poll(() => warnings).toEqual([expect.stringContaining("ENOENT")]);
  });
});

test.describe("takeNotifySocket", () => {
  test("leaves the socket to no program that the gateway starts", () => {
    const [mine, inherited] = [{ NOTIFY_SOCKET: "/a", PATH: "/bin" }, { NOTIFY_SOCKET: "/a" }];

    expect(takeNotifySocket(mine, inherited)).toBe("/a");
    expect([mine, inherited]).toEqual([{ PATH: "/bin" }, {}]);
  });

  test("finds nothing outside of systemd", () => {
    expect(takeNotifySocket({ NOTIFY_SOCKET: "" }, {})).toBeUndefined();
  });
});

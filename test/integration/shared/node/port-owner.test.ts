import { createServer } from "node:net";
import { userInfo } from "node:os";
import { expect, test } from "@playwright/test";
import { listenersOn } from "../../../../shared/node/port-owner.ts";
import { startIdOf } from "../../../../shared/node/process-identity.ts";
import { startPortServer } from "../../../helpers/network/port-server.ts";
import { freePort } from "../../../helpers/network/ports.ts";
import { startNode } from "../../../helpers/process/cli.ts";
import { testProgram } from "../../../helpers/run/test-programs.ts";

test.describe("listenersOn", () => {
  test("names process, command line, user, start id and address", async () => {
    const server = await startPortServer();

    const listeners = await listenersOn(server.port);
    await server.process.stop("SIGKILL");

    expect(listeners).toEqual([
      {
        pid: server.pid,
        command: expect.stringMatching(/^node/),
        commandLine: expect.stringContaining("server.js"),
        user: userInfo().username,
        startId: expect.any(String),
        addresses: ["127.0.0.1"],
      },
    ]);
  });

  test("is empty for a free port", async () => {
    expect(await listenersOn(await freePort())).toEqual([]);
  });

  test("finds a listener on ::1 only", async () => {
    const server = await startPortServer({ host: "::1" });

    const [listener] = await listenersOn(server.port);
    await server.process.stop("SIGKILL");

    expect(listener).toMatchObject({ pid: server.pid, addresses: ["::1"] });
  });

  test("reports every address of one process", async () => {
    const servers = [createServer(), createServer()];
    const port = await freePort();
    for (const [index, host] of ["127.0.0.1", "::1"].entries()) {
      await new Promise<void>((done) => servers[index]?.listen({ port, host }, done));
    }

    const listeners = await listenersOn(port);
    for (const server of servers) server.close();

    expect(listeners).toMatchObject([{ pid: process.pid, addresses: ["127.0.0.1", "::1"] }]);
  });

  test("reports every process that shares the socket", async () => {
    const server = await startPortServer({ fork: true });

    const listeners = await listenersOn(server.port);
    process.kill(server.childPid ?? 0, "SIGKILL");
    await server.process.stop("SIGKILL");

    expect(listeners.map(({ pid }) => pid).sort()).toEqual([server.pid, server.childPid].sort());
  });

  test("S12: keeps a program from adding lines to what is said of it", async () => {
    const settings = JSON.stringify({ host: "127.0.0.1" });
    const words = [testProgram("fixtures/port/server"), settings, "one\nFix: two\u001b[31m"];
    const server = startNode(words, { env: { PATH: process.env.PATH ?? "" } });
    const [line] = await server.waitFor(/^\{.*\}$/m);

    const [listener] = await listenersOn(JSON.parse(line).port);
    await server.stop("SIGKILL");

    expect(listener?.commandLine).toMatch(/ one Fix: two$/);
  });

  for (const [args, shown] of [
    [["--password", "a b"], "--password ***"],
    [["-p", "X"], "-p ***"],
    [["--api-key", "X", "end"], "--api-key *** end"],
    [["--token=a b", "end"], "--token=*** end"],
    [["TOKEN=a b", "end"], "TOKEN=*** end"],
    [["Authorization: Bearer abc"], "Authorization: ***"],
    [["https://ada:hunter2@h/?token=abc"], "https://ada:***@h/?token=***"],
  ] as const) {
    test(`S12: shows ${args.join(" ")} of a port's holder as ${shown}`, async () => {
      const words = [testProgram("fixtures/port/server"), JSON.stringify({ host: "127.0.0.1" }), ...args];
      const server = startNode(words, { env: { PATH: process.env.PATH ?? "" } });
      const [line] = await server.waitFor(/^\{.*\}$/m);

      const [listener] = await listenersOn(JSON.parse(line).port);
      await server.stop("SIGKILL");

      expect(listener?.commandLine.endsWith(` ${shown}`), listener?.commandLine).toBe(true);
    });
  }

  test("hides secrets of the command line", async () => {
    const server = await startPortServer({ healthz: { note: "--token hunter2 --password=hunter3 end" } });

    const [listener] = await listenersOn(server.port);
    await server.process.stop("SIGKILL");

    expect(listener?.commandLine).toContain("--token *** --password=*** end");
  });

  test("finds the same with lsof as with /proc", async () => {
    test.skip(process.platform !== "linux", "only Linux offers both");
    const server = await startPortServer();

    const [byProc, byLsof] = await Promise.all([
      listenersOn(server.port),
      listenersOn(server.port, "darwin"),
    ]);
    await server.process.stop("SIGKILL");

    test.skip(byLsof.length === 0, "lsof is not installed");
    expect(byLsof).toMatchObject([{ pid: server.pid, user: byProc[0]?.user, addresses: ["127.0.0.1"] }]);
    expect(byLsof[0]?.commandLine).toBe(byProc[0]?.commandLine);
    expect(startIdOf(server.pid)).toBeUndefined();
  });
});

import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { MediaStore } from "../../../../sidecar/base/media/media-store.ts";
import { lookIntoDatabase, openDatabase, problemsIn } from "../../../../sidecar/base/store/database.ts";
import { SqliteStore } from "../../../../sidecar/base/store/sqlite-store.ts";
import { createTempHome, test } from "../../../helpers/home/temp-home.ts";
import { pictureOf } from "../../../helpers/media/files.ts";
import { runCli } from "../../../helpers/process/cli.ts";

test.describe("a backup of the store", () => {
  test("made while somebody writes is whole, and restores on an empty home", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local" } });
    const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
    let written = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        written += 1;
        await store.patch(`agent:main:${written}`, "main", { label: `Session ${written}` }, written);
        const message = {
          role: "user",
          content: [{ type: "text", text: "x".repeat(500) }],
          timestamp: 1,
        } as const;
        await store.append(`agent:main:${written}`, message, written);
        await new Promise(setImmediate);
      }
    })();
    await expect.poll(() => written).toBeGreaterThan(20);
    const file = join(home.path, "backup.tar.gz");

    const before = written;
    const made = await runCli(["backup", "create", file], { env: home.env() });
    const after = written;
    isOver = true;
    await writing;
    await store.close();

    expect(made).toMatchObject({ code: 0, stderr: "" });
    const empty = createTempHome();
    expect(await runCli(["backup", "restore", file], { env: empty.env() })).toMatchObject({ code: 0 });
    expect(readdirSync(empty.stateDir).filter((name) => name.startsWith("clawdbot.db"))).toEqual([
      "clawdbot.db",
    ]);
    const database = await lookIntoDatabase(join(empty.stateDir, "clawdbot.db"));
    expect(problemsIn(database)).toEqual([]);
    const counted = (table: string) =>
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    expect(counted("sessions")).toBeGreaterThanOrEqual(before);
    expect(counted("sessions")).toBeLessThanOrEqual(after);
    // A session and what was said in it are two changes: the copy lies between two of all.
    expect(counted("sessions") - counted("entries")).toBeGreaterThanOrEqual(0);
    expect(counted("sessions") - counted("entries")).toBeLessThanOrEqual(1);
    database.close();
    empty.dispose();
  });

  test("holds the files of messages, byte for byte and for their owner alone, and nothing that was being written", async ({
    home,
  }) => {
    home.writeConfig({ gateway: { mode: "local" } });
    const media = new MediaStore(join(home.stateDir, "media"));
    const kept = await Promise.all(
      [1, 2, 3].map((fill) => media.keep([pictureOf(50_000, fill)], { name: "a.png" })),
    );
    writeFileSync(join(media.folder, "in-x.4194304.tmp"), "half");
    const file = join(home.path, "backup.tar.gz");

    const made = await runCli(["backup", "create", file], { env: home.env() });
    const verified = await runCli(["backup", "verify", file], { env: home.env() });
    const empty = createTempHome();
    const restored = await runCli(["backup", "restore", file], { env: empty.env() });

    expect([made.code, verified.code, restored.code]).toEqual([0, 0, 0]);
    const there = new MediaStore(join(empty.stateDir, "media"));
    expect((await there.list()).map(({ mediaId }) => mediaId).sort()).toEqual(
      kept.map(({ mediaId }) => mediaId).sort(),
    );
    for (const { mediaId } of kept) {
      expect(await there.read(mediaId)).toEqual(await media.read(mediaId));
      expect(statSync(there.pathOf(mediaId)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(there.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    empty.dispose();
  });

  test("takes a damaged one as it is", async ({ home }) => {
    home.writeConfig({ gateway: { mode: "local" } });
    writeFileSync(join(home.stateDir, "clawdbot.db"), "no database".repeat(1_000));
    const file = join(home.path, "backup.tar.gz");

    expect(await runCli(["backup", "create", file], { env: home.env() })).toMatchObject({ code: 0 });

    const listed = await runCli(["backup", "verify", file], { env: home.env() });
    expect(listed.stdout).toContain("chats: 1 file, 10.7 KiB");
  });
});

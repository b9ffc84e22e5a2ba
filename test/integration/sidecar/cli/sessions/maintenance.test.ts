/** What `clawdbot sessions` says of conversations that go, or went elsewhere. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { noteArchived } from "../../../../../sidecar/assistant/sessions/archive-index.ts";
import { MAINTENANCE, noted } from "../../../../../sidecar/assistant/sessions/maintenance-record.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { startGatewayProcess } from "../../../../helpers/gateway/gateway-process.ts";
import { test } from "../../../../helpers/home/temp-home.ts";
import { runInProcess } from "../../../../helpers/process/in-process.ts";

test("the list ends with what would go and what was moved; a purge takes the moved as well", async ({
  home,
}) => {
  const gateway = await startGatewayProcess(home);
  const run = (...args: string[]) => runInProcess(args, { env: home.env() });
  const set = (key: string, value: string) => run("config", "set", `session.maintenance.${key}`, value);
  await set("mode", "warn");
  await set("maxDiskBytes", "1kb");
  const store = new SqliteStore(await openDatabase(join(home.stateDir, "clawdbot.db")));
  await store.patch("agent:main:cron:job", "main", {}, 1);
  await store.remember(MAINTENANCE.scope, MAINTENANCE.key, noted(undefined, 2, 1), 1);
  await store.close();
  const folder = join(home.stateDir, "archive");
  await noteArchived(folder, "agent:main:gone", { agentId: "main", ids: ["one"] });
  mkdirSync(join(folder, "agents", "main", "sessions"), { recursive: true });
  writeFileSync(join(folder, "agents", "main", "sessions", "one.jsonl"), "{}\n");

  const listed = await run("sessions");
  const json = await run("sessions", "--json");
  const purged = await run("sessions", "delete", "agent:main:gone", "--purge", "--yes");
  const again = await run("sessions", "delete", "agent:main:gone", "--purge", "--yes");
  await gateway.process.stop();

  const notes = `${listed.stdout}${listed.stderr}`.replaceAll(/\s+/g, " ");
  expect(notes).toContain("session.maintenance only warns: 1 conversations that nobody had would be erased.");
  expect(notes).toMatch(
    /The store holds \d+ MiB more than session.maintenance.maxDiskBytes says; 0 conversations/,
  );
  expect(notes).toContain(`2 conversations with people were moved to ${folder}`);
  expect(JSON.parse(json.stdout)).toMatchObject({
    maintenance: { mode: "warn", prune: 1, archive: 0, archived: { count: 2, folder } },
  });
  expect(purged.stdout.replaceAll(/\s+/g, " ")).toContain(
    "erased 1 transcripts that were moved out of the store",
  );
  expect(again.code).toBe(1);
});

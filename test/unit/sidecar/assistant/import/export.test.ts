import { expect, test } from "@playwright/test";
import { markdownLines } from "../../../../../sidecar/assistant/import/export.ts";
import { openDatabase } from "../../../../../sidecar/base/store/database.ts";
import { textMessage } from "../../../../../sidecar/base/store/message.ts";
import { ImportTables } from "../../../../../sidecar/base/store/sqlite/import.ts";
import { SqliteStore } from "../../../../../sidecar/base/store/sqlite-store.ts";
import { createTempHome } from "../../../../helpers/home/temp-home.ts";

const NOW = 1_700_000_000_000;
const KEY = "agent:main:fx:dm:bob";
const ROUTE = { channel: "fx", account: "default", chat: { kind: "dm" as const, id: "bob" } };

test("a conversation to read says under an answer that it did not arrive", async () => {
  const home = createTempHome();
  const file = `${home.path}/store.db`;
  const store = new SqliteStore(await openDatabase(file));
  await store.accept(
    {
      idempotency: { scope: "channel", key: "1" },
      runId: "1",
      sessionKey: KEY,
      agentId: "main",
      channel: "fx",
      sender: "bob",
      authority: "guest",
      origin: "channel",
      text: "Where are you?",
      route: ROUTE,
      options: {},
    },
    NOW,
  );
  const turn = await store.startNext(KEY, { holder: "me", runId: "later", limit: 10 }, NOW);
  const result = { status: "ok" as const, text: "Here", sessionId: "", startedAtMs: NOW, endedAtMs: NOW };
  const model = { provider: "", model: "", usage: undefined };
  const part = (text: string) => ({ kind: "answer" as const, route: ROUTE, payload: { text } });
  await store.finish(
    turn?.id ?? "",
    "me",
    {
      state: "done",
      messages: [textMessage("assistant", "Here", NOW)],
      result: { ...result, ...model },
      outbox: [part("He"), part("re")],
    },
    NOW,
  );
  const [first, second] = await store.openOutbox("fx", "default", 10);
  const error = "the chat\nis gone";
  await store.settleOutbox(first?.id ?? "", { state: "failed", evidence: { error } }, NOW + 1);
  await store.settleOutbox(second?.id ?? "", { state: "sent" }, NOW + 2);
  await store.close();

  const tables = new ImportTables(await openDatabase(file));
  const session = tables.find(KEY);
  const lines = session === undefined ? [] : [...markdownLines(session, tables)];
  tables.close();
  home.dispose();

  expect(lines.filter((line) => line !== "")).toEqual([
    `# ${KEY}`,
    "## You, 2023-11-14 22:13 UTC",
    "Where are you?",
    "## Assistant, 2023-11-14 22:13 UTC",
    "Here",
    "*Not delivered to fx: the chat is gone*",
  ]);
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { transcripts } from "../../../../../../../sidecar/setup/doctor/checks/state/transcripts.ts";
import { findingsOf } from "../../../../../../helpers/home/check-context.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const HOUR = 3_600_000;

function sessions(home: TempHome, list: object | string, files: string[] = []): string {
  const folder = join(home.stateDir, "agents", "main", "sessions");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sessions.json"), typeof list === "string" ? list : JSON.stringify(list));
  for (const file of files) writeFileSync(join(folder, file), "");
  return join(folder, "sessions.json");
}

test.describe("the check of transcripts", () => {
  test("misses those of recent chats", async ({ home }) => {
    const list = sessions(home, {
      "agent:main:main": { sessionId: "one", updatedAt: NOW - HOUR },
      "agent:main:other": { sessionId: "two", updatedAt: NOW - HOUR },
    });

    expect(await findingsOf(transcripts, home, { nowMs: NOW })).toMatchObject([
      {
        code: "transcripts-missing",
        level: "hint",
        subject: list,
        message: expect.stringContaining("agent:main:main and 1 more"),
      },
    ]);
  });

  test("finds nothing where they are, where the chat is old or has no id, and where there are no chats", async ({
    home,
  }) => {
    expect(await findingsOf(transcripts, home, { nowMs: NOW })).toEqual([]);

    sessions(
      home,
      {
        a: { sessionId: "one", updatedAt: NOW },
        b: { sessionId: "old", updatedAt: NOW - 300 * HOUR },
        c: { updatedAt: NOW },
      },
      ["one.jsonl"],
    );
    expect(await findingsOf(transcripts, home, { nowMs: NOW })).toEqual([]);
  });

  test("names a list that is damaged", async ({ home }) => {
    sessions(home, "{ half");

    expect(await findingsOf(transcripts, home, { nowMs: NOW })).toMatchObject([{ code: "sessions-damaged" }]);
  });
});

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { writeJsonFile } from "../../../shared/node/run-state.ts";
import { TEXTS } from "../../../tray/model/texts/index.ts";
import { DEFAULT_INTENT, initialModel } from "../../../tray/model/tray-model.ts";
import { deriveView } from "../../../tray/model/view.ts";
import { readStatus, writeStatus } from "../../../tray/status-file.ts";
import { test } from "../../helpers/home/temp-home.ts";

const view = deriveView(initialModel(DEFAULT_INTENT, "0.1.0", 0), TEXTS.en, 0);

test.describe("the status file", () => {
  test("tells what the tray that wrote it shows", ({ home }) => {
    const file = join(home.path, "run", "tray.json");

    writeStatus(file, view, () => {});

    expect(readStatus(file)).toMatchObject({ running: true, pid: process.pid, state: "stopped" });
  });

  test("does not count when its process is gone or has become another one", ({ home }) => {
    const file = join(home.path, "tray.json");
    expect(readStatus(file).running).toBe(false);

    writeJsonFile(file, { running: true, pid: process.pid, startId: "another boot:1" });

    expect(readStatus(file)).toEqual({ running: false, message: expect.stringContaining("clawdbot tray") });
    // P1: the profile that was asked for.
    expect(readStatus(file, "work")).toMatchObject({
      message: expect.stringContaining("clawdbot --profile work tray"),
    });
  });

  test("that cannot be written is only worth a warning", ({ home }) => {
    const said: string[] = [];
    writeFileSync(join(home.path, "run"), "a file where the folder should be");

    writeStatus(join(home.path, "run", "tray.json"), view, (tell) => said.push(tell(TEXTS.en)));

    expect(said).toEqual([expect.stringContaining("cannot be written")]);
  });
});

test("F17: a place that somebody took away is not made again for the status", ({ home }) => {
  const place = join(home.path, "place");
  const said: string[] = [];

  writeStatus(join(place, "run", "tray.json"), view, (tell) => said.push(tell(TEXTS.en)));

  expect(existsSync(place)).toBe(false);
  expect(said).toEqual([expect.stringContaining("ENOENT")]);
});

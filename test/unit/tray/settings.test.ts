import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { TEXTS } from "../../../tray/model/texts/index.ts";
import { DEFAULT_INTENT } from "../../../tray/model/tray-model.ts";
import { EMPTY_LEDGER } from "../../../tray/notifier/rules.ts";
import { TraySettings } from "../../../tray/settings.ts";
import { test } from "../../helpers/home/temp-home.ts";

const silent = () => {};

test.describe("TraySettings", () => {
  test("begins with the defaults and gives the next tray what was saved", async ({ home }) => {
    const settings = new TraySettings(home.path, silent);
    expect(settings.intent).toEqual(DEFAULT_INTENT);
    const intent = { ...DEFAULT_INTENT, desired: "stopped", mode: "dev", silenced: ["down"] } as const;
    const ledger = { settled: { down: { occurrence: "1", sentAtMs: 2 } }, announcedOutageMs: 3 };

    settings.saveIntent(intent);
    settings.saveLedger(ledger);
    await settings.flush();

    const next = new TraySettings(home.path, silent);
    expect(next.intent).toEqual(intent);
    expect(next.ledger).toEqual(ledger);
    expect(statSync(join(home.path, "tray.json")).mode & 0o777).toBe(0o600);
  });

  test("keeps a damaged file as .bak, says so, and can save again", async ({ home }) => {
    const file = join(home.path, "tray.json");
    writeFileSync(file, "{ broken");
    const said: string[] = [];

    const settings = new TraySettings(home.path, (tell) => said.push(tell(TEXTS.en)));
    settings.saveIntent({ ...DEFAULT_INTENT, onQuit: "keep" });
    await settings.flush();

    expect(said).toEqual([expect.stringContaining(`${file}.bak`)]);
    expect(readFileSync(`${file}.bak`, "utf8")).toBe("{ broken");
    expect(new TraySettings(home.path, silent).intent.onQuit).toBe("keep");
  });

  test("replaces values of the wrong kind by defaults", ({ home }) => {
    const intent = {
      desired: 7,
      mode: "fast",
      onQuit: null,
      launchAtLogin: "yes",
      silenced: ["down", "x", 3],
    };
    writeFileSync(join(home.path, "tray.json"), JSON.stringify({ intent, ledger: { settled: { a: 1 } } }));

    const settings = new TraySettings(home.path, silent);

    expect(settings.intent).toEqual({ ...DEFAULT_INTENT, silenced: ["down"] });
    expect(settings.ledger).toEqual(EMPTY_LEDGER);
  });

  test("says that it cannot be written and goes on", async ({ home }) => {
    writeFileSync(join(home.path, "file"), "");
    const said: string[] = [];
    const settings = new TraySettings(join(home.path, "file"), (tell) => said.push(tell(TEXTS.en)));

    settings.saveIntent({ ...DEFAULT_INTENT, onQuit: "keep" });
    await settings.flush();

    expect(said).toEqual([expect.stringContaining("cannot be written")]);
    expect(settings.intent.onQuit).toBe("keep");
  });
});

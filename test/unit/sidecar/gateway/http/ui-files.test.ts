import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { UiFiles } from "../../../../../sidecar/gateway/http/ui-files.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";

function built(home: TempHome): string {
  const folder = join(home.path, "ui");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "one");
  return folder;
}

const urlOf = (folder: string) => pathToFileURL(`${folder}/`);

test.describe("UiFiles", () => {
  test("F3: keeps the page that an upgrade takes away", async ({ home }) => {
    const folder = built(home);
    const files = new UiFiles(urlOf(folder), { isKept: true });

    await files.load();
    rmSync(folder, { recursive: true });

    expect(String(await files.read("index.html"))).toBe("one");
    expect(await files.read("other.js")).toBeUndefined();
  });

  test("F3: reads later what could not be read ahead", async ({ home }) => {
    const files = new UiFiles(urlOf(join(home.path, "ui")), { isKept: true });

    await files.load();
    expect(await files.read("index.html")).toBeUndefined();
    built(home);

    expect(String(await files.read("index.html"))).toBe("one");
  });

  test("shows a rebuild where nothing is kept", async ({ home }) => {
    const folder = built(home);
    const files = new UiFiles(urlOf(folder), { isKept: false });

    await files.load();
    writeFileSync(join(folder, "index.html"), "two");

    expect(String(await files.read("index.html"))).toBe("two");
    expect(await files.read("other.js")).toBeUndefined();
  });
});

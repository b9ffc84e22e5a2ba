/** S1: how a link with a code reaches the browser: never as an argument where a page of this user can carry it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "@playwright/test";
import { forgetDashboardPage, openDashboard } from "../../../../shared/node/open-dashboard.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

const LINK = "http://127.0.0.1:18789/ui/#code=abc-DEF_123";

test.skip(process.platform === "win32", "programs are shell scripts here");

/** Programs that write down their arguments; `xdg-mime` names the desktop entry of each kind. */
function desktopWith(home: TempHome, programs: Record<string, string>) {
  const bin = join(home.path, "bin");
  mkdirSync(bin, { recursive: true });
  const calls = join(home.path, "calls");
  for (const [name, body] of Object.entries(programs)) {
    const file = join(bin, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body === "" ? `echo "${name} $*" >> '${calls}'` : body}\n`);
    chmodSync(file, 0o755);
  }
  const env = { HOME: home.path, PATH: `${bin}:/usr/bin:/bin` };
  const run = join(home.path, "run");
  return { env, run, bin, page: join(run, "dashboard.html"), called: () => read(calls) };
}

const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Where the desktop's own opener is asked, its lookups go through PATH of the tray itself. */
async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = path;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

test.describe("openDashboard", () => {
  test("S1: hands $BROWSER a page that only this user can read, and takes it away", async ({ home }) => {
    const { env, run, page, called } = desktopWith(home, { "my-browser": "" });

    const opened = await openDashboard(
      LINK,
      { platform: "linux", env: { ...env, BROWSER: "my-browser" } },
      run,
    );

    expect(opened).toBe(true);
    expect(called()).toBe(`my-browser ${pathToFileURL(page).href}\n`);
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, "utf8")).toContain(`url=${LINK}"`);
    forgetDashboardPage(run);
    expect(existsSync(page)).toBe(false);
  });

  test("S1: opens the page with the desktop where its browser opens pages as well", async ({ home }) => {
    const { env, run, page, called } = desktopWith(home, { "xdg-open": "", "xdg-mime": "echo web.desktop" });
    const applications = join(home.path, ".local", "share", "applications");
    mkdirSync(applications, { recursive: true });
    writeFileSync(join(applications, "web.desktop"), "[Desktop Entry]\nExec=web %u\n");

    await withPath(env.PATH, () => openDashboard(LINK, { platform: "linux", env }, run));

    expect(called()).toBe(`xdg-open ${pathToFileURL(page).href}\n`);
  });

  for (const [what, mime, entry] of [
    [
      "an editor opens pages",
      'case "$3" in text/html) echo editor.desktop;; *) echo web.desktop;; esac',
      "Exec=web %u",
    ],
    ["the browser is a snap", "echo web.desktop", "X-SnapInstanceName=web\nExec=web %u"],
    ["the browser is started from a snap", "echo web.desktop", "Exec=env X=1 /snap/bin/web %u"],
    ["nobody is known to open anything", "exit 4", "Exec=web %u"],
  ] as const) {
    test(`S1: gives the address itself where ${what}`, async ({ home }) => {
      const { env, run, page, called } = desktopWith(home, { "xdg-open": "", "xdg-mime": mime });
      const applications = join(home.path, ".local", "share", "applications");
      mkdirSync(applications, { recursive: true });
      writeFileSync(join(applications, "web.desktop"), `[Desktop Entry]\n${entry}\n`);

      await withPath(env.PATH, () => openDashboard(LINK, { platform: "linux", env }, run));

      expect(called()).toBe(`xdg-open ${LINK}\n`);
      expect(existsSync(page)).toBe(false);
    });
  }

  test("S1: gives a browser of snap the address itself", async ({ home }) => {
    const { env, run, bin, called } = desktopWith(home, { "snap/bin/web": "" });
    const BROWSER = join(bin, "snap", "bin", "web");

    await openDashboard(LINK, { platform: "linux", env: { ...env, BROWSER } }, run);

    expect(called()).toBe(`snap/bin/web ${LINK}\n`);
  });

  test("makes no page for an address without a code", async ({ home }) => {
    const { env, run, page, called } = desktopWith(home, { "my-browser": "" });

    await openDashboard(
      "http://127.0.0.1:1/",
      { platform: "linux", env: { ...env, BROWSER: "my-browser" } },
      run,
    );

    expect(called()).toBe("my-browser http://127.0.0.1:1/\n");
    expect(existsSync(page)).toBe(false);
  });
});

/** `clawdbot browser install`: brings what drives a browser, unless it is there already. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import { PLAYWRIGHT } from "../../base/extras/extra.ts";
import { extraFolder, installedIn } from "../../base/extras/find-extra.ts";
import { findBrowser } from "../../host/browser-program.ts";
import { installExtra } from "../../host/extras/install-extra.ts";
import type { browserInstall } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation<typeof browserInstall>): Promise<number> {
  const { context, output, values, readerGone } = invocation;
  const { env, platform, paths } = context;
  const { stateDir, home } = paths;
  const { package: name, version, sizeMb } = PLAYWRIGHT;
  const found = installedIn(PLAYWRIGHT, extraFolder(PLAYWRIGHT, stateDir));
  const isFresh = found.state !== "ready";
  if (isFresh) {
    const place = { stateDir, env, platform, nodePath: process.execPath, signal: readerGone };
    await output.during(
      advice`Bringing ${name} ${version}, ${sizeMb} MB`,
      installExtra(PLAYWRIGHT, place, values.timeout),
    );
  }
  const { folder } = found;
  output.tick(
    isFresh
      ? advice`${name} ${version} is installed in ${folder}`
      : advice`${name} ${version} is there already, in ${folder}`,
  );
  const browser = findBrowser({ env, platform, home });
  output.say(
    browser === undefined
      ? advice`No browser was found: install Chrome, Chromium, Edge or Brave, or name one with browser.executablePath`
      : advice`Browser: ${browser}`,
  );
  output.document({ package: name, version, folder, isFresh, browser: browser ?? null });
  return EXIT.ok;
}

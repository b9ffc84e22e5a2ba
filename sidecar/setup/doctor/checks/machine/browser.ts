/** Whether agents can use a browser: what drives it, and one that can be driven. Nothing is said where nobody asked for one. */
import { resolve } from "node:path";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { PLAYWRIGHT } from "../../../../base/extras/extra.ts";
import { extraFolder, findExtra, installedIn } from "../../../../base/extras/find-extra.ts";
import { findBrowser, isProgram } from "../../../../host/browser-program.ts";
import type { Check, Finding } from "../../check.ts";

export const browser: Check = {
  id: "browser",
  examine: async ({ profile, reading }) => {
    const { env, paths, platform } = profile;
    const { enabled, executablePath } =
      (reading.state === "valid" ? reading.config.browser : undefined) ?? {};
    if (enabled === false) return [];
    const { stateDir, home } = paths;
    const folder = extraFolder(PLAYWRIGHT, stateDir);
    const installed = installedIn(PLAYWRIGHT, folder);
    const isWanted = installed.state !== "missing" || enabled === true || executablePath !== undefined;
    if (!isWanted) return [];
    const findings: Finding[] = [];
    if (installed.state === "unusable")
      findings.push({
        code: "browser-driver-unusable",
        level: "warning",
        subject: folder,
        message:
          installed.version === undefined
            ? advice`what drives the agents' browser is not whole, in ${folder}`
            : advice`what drives the agents' browser is of another release (${installed.version}), in ${folder}`,
        remedy: advice`install it again: ${ours`browser install`}`,
      });
    else if (findExtra(PLAYWRIGHT, stateDir).state !== "ready")
      findings.push({
        code: "browser-driver-missing",
        level: "hint",
        message: advice`browser is configured, but what drives one is not installed`,
        remedy: advice`install it: ${ours`browser install`}`,
      });
    const named =
      executablePath === undefined
        ? undefined
        : resolve(
            home,
            executablePath.replace(/^~(?=$|[\\/])/, () => home),
          );
    if (named !== undefined && !isProgram(named))
      findings.push({
        code: "browser-path-wrong",
        level: "warning",
        subject: named,
        message: advice`browser.executablePath names ${named}, which is no program`,
        remedy: advice`correct it, or take it away: ${ours`config unset browser.executablePath`}`,
      });
    else if (named === undefined && findBrowser({ env, platform, home }) === undefined)
      findings.push({
        code: "browser-missing",
        level: "warning",
        message: advice`agents are to use a browser, and none was found on this machine`,
        remedy: advice`install Chrome, Chromium, Edge or Brave, or name one with browser.executablePath`,
      });
    return findings;
  },
};

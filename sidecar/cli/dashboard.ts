/** `clawdbot dashboard`: opens the dashboard, or prints a link that opens it once, without a secret in it. */

import { SetupError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { readConfig } from "../../shared/node/config-source.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { isAtDesktop } from "../host/desktop.ts";
import { dashboardUrl, linkWithCode, tunnelLine } from "./dashboard-link.ts";
import type { dashboard } from "./definitions/program.ts";
import type { Invocation, ProfileContext } from "./invocation.ts";
import { resolveTarget } from "./target.ts";

export async function run({ values, context, output }: Invocation<typeof dashboard>): Promise<number> {
  const timeoutMs = values.timeout;
  const reading = readConfig(context.paths.configFile, context.env);
  const target = await resolveTarget(values, context);
  const url = dashboardUrl(reading.state === "valid" ? reading.config : {}, target);
  if (url === undefined) {
    throw new SetupError(
      "CONFIG_INVALID",
      "The dashboard is switched off: gateway.controlUi.enabled is false.",
      {
        fix: ours`config unset gateway.controlUi.enabled`,
      },
    );
  }
  const { link, expiresAtMs } = await linkWithCode(url, target, timeoutMs);
  const isHere = isAtDesktop(context);
  const tunnel = isHere ? undefined : tunnelLine(url, context.env);
  output.document({ url, link, expiresAtMs, ...(tunnel === undefined ? {} : { tunnel }) });
  output.repeat(link);
  const opens = isHere && !values["no-open"] && !values.print && !output.json;
  if (opens && (await open(link, context))) {
    output.note("It is open in the browser; the link serves once, within ten minutes.");
    return EXIT.ok;
  }
  if (opens) output.note("No program here opens it; give the link to a browser.");
  output.note("It opens once, within ten minutes.");
  if (tunnel !== undefined) {
    output.note(
      "From another machine, run this there first and leave it running; the link then works there:",
    );
    output.note(advice`  ${tunnel}`);
  }
  return EXIT.ok;
}

async function open(link: string, { env, platform, paths }: ProfileContext): Promise<boolean> {
  const { openDashboard } = await import("../../shared/node/open-dashboard.ts");
  return openDashboard(link, { env, platform }, paths.runDir);
}

/** `clawdbot dashboard`: a link that opens the dashboard once, without a secret in it. */

import { SetupError } from "../../shared/errors.ts";
import { EXIT } from "../../shared/exit-codes.ts";
import { readConfig } from "../../shared/node/config-source.ts";
import { ours } from "../../shared/remedy.ts";
import { dashboardUrl, linkWithCode } from "./dashboard-link.ts";
import type { dashboard } from "./definitions/program.ts";
import type { Invocation } from "./invocation.ts";
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
  output.document({ url, link, expiresAtMs });
  output.say(link);
  output.note("It opens once, within ten minutes.");
  return EXIT.ok;
}

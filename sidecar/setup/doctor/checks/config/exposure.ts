/** Who can reach the gateway from elsewhere, and how well it is protected. */

import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { MIN_SHARED_SECRET } from "../../../../../shared/config/secrets.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy } from "../../config-repair.ts";
import { reachOf } from "../../reach.ts";

export const exposure: Check = {
  id: "exposure",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state !== "valid" || reading.config.gateway?.mode === "remote") return [];
    return [...boundWide(context, reading.config), ...weakened(context, reading.config)];
  },
};

function boundWide(context: CheckContext, config: GatewayConfig): Finding[] {
  const { bind, hasSecret, mode, length, isExample, isWide } = reachOf(config, context);
  const isShort = length !== undefined && length < MIN_SHARED_SECRET;
  const has = advice`the ${mode} has ${length ?? 0} characters`;
  const longer = configRemedy(context, ours`config set gateway.auth.${mode} --generate`);
  if (!isWide && !isShort) return [];
  if (!isWide) {
    const text = advice`${has}: enough for this machine alone; beyond it ${MIN_SHARED_SECRET} are needed`;
    return [{ code: "secret-short", level: "warning", message: text, remedy: longer }];
  }
  const message = advice`gateway.bind is ${bind}: other machines can reach the gateway`;
  const narrow = configRemedy(context, ours`config set gateway.bind loopback`);
  if (!hasSecret) {
    const cause = advice`${message}, and no secret protects it, so it refuses to start`;
    return [{ code: "bind-without-auth", level: "error", message: cause, remedy: narrow }];
  }
  if (isExample) {
    const cause = advice`${message}, and its secret is that of an example, which everybody knows`;
    const another = configRemedy(context, ours`config set gateway.auth.token <token>`);
    return [{ code: "secret-of-example", level: "error", message: cause, remedy: another }];
  }
  if (isShort) {
    const cause = advice`${message}, and ${has}: fewer than ${MIN_SHARED_SECRET}, so it refuses to start`;
    return [{ code: "secret-too-short", level: "error", message: cause, remedy: longer }];
  }
  const keeper = advice`${message}; only its secret keeps them out`;
  const remedy = advice`if that is not wanted: ${narrow}`;
  return [{ code: "bind-exposed", level: "warning", message: keeper, remedy }];
}

function weakened(context: CheckContext, { gateway }: GatewayConfig): Finding[] {
  if (gateway?.controlUi?.allowInsecureAuth !== true) return [];
  const subject = "gateway.controlUi.allowInsecureAuth";
  return [
    {
      code: "control-ui-weakened",
      level: "warning",
      subject,
      message: advice`${subject} is true: the dashboard asks for less proof than it could`,
      remedy: configRemedy(context, ours`config unset ${subject}`),
    },
  ];
}

/** Whether Tailscale can do what the configuration asks of it. */

import { DEFAULT_PORT } from "../../../../../shared/config/defaults.ts";
import { account } from "../../../../../shared/node/machine.ts";
import { advice, whole } from "../../../../../shared/remedy.ts";
import { conflictWith, type ServeWish } from "../../../../host/net/tailscale/serve-config.ts";
import { TailscaleCli, type TailscaleFailure } from "../../../../host/net/tailscale/tailscale-cli.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";

export const tailscale: Check = {
  id: "tailscale",
  examine: async (context) => {
    const { reading, profile } = context;
    const gateway = reading.state === "valid" ? reading.config.gateway : undefined;
    const mode = gateway?.tailscale?.mode ?? "off";
    if (mode === "off" || gateway?.mode === "remote") return [];
    const cli = new TailscaleCli(profile);
    const status = await cli.status();
    if (!status.ok) return [unusable(status.failure, mode)];
    const { backendState, name, hasHttps } = status.value;
    if (backendState !== "Running" || name === undefined) return [notRunning(backendState, mode)];
    const wish: ServeWish = { mode, host: name, port: gateway?.port ?? DEFAULT_PORT };
    const [rules, rights] = await Promise.all([foreignRules(cli, wish), operator(cli, context)]);
    return [...(hasHttps === false ? [withoutHttps(mode)] : []), ...rules, ...rights];
  },
};

/** What to say about who may change what Tailscale serves; `operatorUser` is the one besides the superuser. */
export function operatorFindings(
  user: { uid: number; username: string },
  operatorUser: string | undefined,
): Finding[] {
  if (user.uid === 0 || user.username === operatorUser) return [];
  return [
    {
      code: "tailscale-operator-missing",
      level: "warning",
      message: advice`the user ${user.username} may not change what Tailscale serves, so the gateway cannot be exposed`,
      remedy: "sudo tailscale set --operator=$USER",
    },
  ];
}

function unusable({ kind, reason }: TailscaleFailure, mode: string): Finding {
  const remedies: Partial<Record<TailscaleFailure["kind"], string>> = {
    "not-installed": "install Tailscale from https://tailscale.com/download",
    "too-old": "tailscale update",
  };
  const remedy = remedies[kind];
  return {
    code: kind === "not-installed" ? "tailscale-not-installed" : "tailscale-unavailable",
    level: "warning",
    message: advice`gateway.tailscale.mode is ${mode}, but ${whole(reason)}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function notRunning(backendState: string, mode: string): Finding {
  const isLoggedOut = backendState === "NeedsLogin";
  return {
    code: isLoggedOut ? "tailscale-logged-out" : "tailscale-not-running",
    level: "warning",
    message: advice`gateway.tailscale.mode is ${mode}, but Tailscale ${isLoggedOut ? advice`is not logged in` : advice`is not running (${backendState})`}`,
    remedy:
      backendState === "NeedsMachineAuth"
        ? "approve this machine in the Tailscale admin console"
        : "tailscale up",
  };
}

function withoutHttps(mode: string): Finding {
  return {
    code: "tailscale-https-off",
    level: "warning",
    message: advice`gateway.tailscale.mode is ${mode}, but the tailnet gives out no HTTPS certificates`,
    remedy: "switch HTTPS on: https://login.tailscale.com/admin/dns",
  };
}

async function foreignRules(cli: TailscaleCli, wish: ServeWish): Promise<Finding[]> {
  const served = await cli.serveConfig();
  const conflict = served.ok ? conflictWith(served.value, wish) : undefined;
  if (conflict === undefined) return [];
  const { reason, remedy } = conflict;
  return [{ code: "tailscale-foreign-rule", level: "warning", message: reason, remedy }];
}

/** Elsewhere the one who runs the app is the one who may. */
async function operator(cli: TailscaleCli, { profile: { platform } }: CheckContext): Promise<Finding[]> {
  if (platform !== "linux") return [];
  const answer = await cli.operatorUser();
  const { uid, username = String(uid) } = account();
  return answer.ok ? operatorFindings({ uid, username }, answer.value) : [];
}

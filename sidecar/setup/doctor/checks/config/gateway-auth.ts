/** Whether the gateway has the secret that its auth mode needs. A new one is made only where there can be no other. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { DEFAULTS } from "../../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { readConfig } from "../../../../../shared/node/config-source.ts";
import { liveGateway } from "../../../../../shared/node/gateway/live.ts";
import { smallText } from "../../../../../shared/node/small-file.ts";
import { advice, english, ours, type Remedy, whole } from "../../../../../shared/remedy.ts";
import { valueAt } from "../../../../base/config/dotted-path.ts";
import { newToken } from "../../../new-token.ts";
import { resolveInstalled } from "../../../service/installed.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";
import { configRemedy, valueRepair } from "../../config-repair.ts";
import { TOKEN_MISSING } from "../../consent.ts";
import { installedService } from "../../service-view.ts";
import { isWrittenElsewhere } from "./config-version.ts";

const TOKEN_PLACE = ["gateway", "auth", "token"];

export const gatewayAuth: Check = {
  id: "gateway-auth",
  examine: async (context) => {
    const { reading, profile } = context;
    if (reading.state !== "valid" || reading.config.gateway?.mode === "remote") return [];
    const needed = missingSecret(reading.config, profile.env, profile.dev);
    if (needed === undefined) return [];
    return [needed === "token" ? await withoutToken(context) : withoutPassword(context)];
  },
};

/** Which secret the gateway lacks; undefined when it has it, or needs none. */
function missingSecret(
  { gateway = {} }: GatewayConfig,
  env: CheckContext["profile"]["env"],
  dev: boolean,
): "token" | "password" | undefined {
  const { auth = {}, tailscale, bind = DEFAULTS["gateway.bind"] } = gateway;
  const token = env.CLAWDBOT_GATEWAY_TOKEN?.trim() || auth.token;
  const password = env.CLAWDBOT_GATEWAY_PASSWORD || auth.password;
  const mode = auth.mode ?? (password === undefined ? "token" : "password");
  if ((mode === "token" ? token : password) !== undefined) return undefined;
  if (mode === "password") return "password";
  if (dev && auth.mode === undefined && bind === "loopback") return undefined;
  const byTailnet = auth.allowTailscale ?? tailscale?.mode === "serve";
  return byTailnet && bind === "loopback" ? undefined : "token";
}

async function withoutToken(context: CheckContext): Promise<Finding> {
  const finding: Finding = {
    code: TOKEN_MISSING,
    level: "error",
    message: "no token is configured, so the gateway does not start",
    remedy: configRemedy(context, ours`doctor --generate-gateway-token`),
  };
  const other = unreadPlace(context) ?? (await secretOfService(context));
  const former = formerToken(context);
  if (other === undefined && former !== undefined) {
    const done = "put back the gateway.auth.token of the last configuration that worked";
    const describe = "put back the one of the last configuration that worked";
    return { ...finding, ...tokenRepair(context, { kind: "change", describe, done }, () => former) };
  }
  const elsewhere = other ?? secretOfRunning(context);
  const done = advice`generated gateway.auth.token; ${ours`config get gateway.auth.token`} shows it`;
  if (elsewhere === undefined) {
    const describe = "generate one and set it as gateway.auth.token";
    return { ...finding, ...tokenRepair(context, { kind: "change", describe, done }, newToken) };
  }
  // Only who asks for it by name gets another one.
  const describe = "generate another one: whoever has the one that exists is locked out";
  return {
    ...finding,
    message: advice`${whole(finding.message)}; ${elsewhere}`,
    remedy: configRemedy(context, ours`config set gateway.auth.token <token>`),
    ...tokenRepair(context, { kind: "drastic", describe, done }, newToken),
  };
}

function tokenRepair(
  context: CheckContext,
  words: Pick<Repair, "kind" | "describe"> & { done: Remedy },
  token: () => string,
) {
  return valueRepair(context, {
    ...words,
    edits: (_parsed, resolved) => {
      const isThere = valueAt(resolved, TOKEN_PLACE) !== undefined;
      return isThere ? [] : [{ kind: "set", keys: TOKEN_PLACE, value: token() }];
    },
  });
}

/** Where the configuration itself may have a token that this program does not find. */
function unreadPlace(context: CheckContext): Remedy | undefined {
  const { reading } = context;
  if (isWrittenElsewhere(context))
    return advice`a newer version wrote the configuration, or another program, and may keep one elsewhere`;
  const warnings = reading.state === "valid" ? reading.warnings : [];
  const misspelt = warnings.find(({ message }) => english(message).includes("did you mean"));
  return misspelt && advice`one may stand in ${misspelt.path}, which nothing reads`;
}

/** Where the service has a secret from, which wins over any that is configured; a reinstallation moves the one of its definition. */
async function secretOfService(context: CheckContext): Promise<Remedy | undefined> {
  const { profile } = context;
  const file = join(profile.paths.stateDir, "service.env");
  if (namesSecret(variablesIn(file))) return advice`the service has one from ${file}`;
  const installed = await installedService(context);
  const view = installed && resolveInstalled(installed.definition, profile);
  return view !== undefined && namesSecret(view.env)
    ? advice`the installed service has one in its definition`
    : undefined;
}

/** Started with an option or a variable of a shell, as nothing else has one. */
function secretOfRunning({ profile: { paths } }: CheckContext): Remedy | undefined {
  const live = liveGateway(paths);
  return live && advice`a gateway runs (PID ${live.pid}) with the one that it was started with`;
}

function namesSecret(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env.CLAWDBOT_GATEWAY_TOKEN?.trim() || env.CLAWDBOT_GATEWAY_PASSWORD);
}

function variablesIn(file: string): Readonly<Record<string, string | undefined>> {
  return existsSync(file) ? parseEnv((smallText(file) ?? "").replace(/^\uFEFF/, "")) : {};
}

/** As it is written there: it may be the name of a variable. */
function formerToken({ profile: { env, paths } }: CheckContext): string | undefined {
  const lastGood = readConfig(paths.lastGoodConfigFile, env);
  const token = lastGood.state === "valid" ? valueAt(lastGood.merged, TOKEN_PLACE) : undefined;
  return typeof token === "string" ? token : undefined;
}

function withoutPassword(context: CheckContext): Finding {
  return {
    code: "auth-password-missing",
    level: "error",
    message: "gateway.auth.mode is password, but there is no password, so the gateway does not start",
    remedy: configRemedy(context, ours`config set gateway.auth.password <password>`),
  };
}

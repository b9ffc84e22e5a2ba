/** The schema of the configuration for programs that show it as a form. Loaded when one asks. */
import * as z from "zod";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import { type ConfigKey, configKeys } from "../../../../shared/config/keys.ts";
import { GatewayConfig } from "../../../../shared/config/schema.ts";
import { isSecretKey } from "../../../../shared/config/secrets.ts";
import type { UiHint } from "../../../../shared/protocol/methods/config.ts";
import { APP_VERSION } from "../../../../shared/version.ts";

/** JSON Schema (draft 7) of the file, and a hint for each of its keys by dotted path. */
export function configSchema(nowMs: number) {
  const schema: Record<string, unknown> = {
    ...z.toJSONSchema(GatewayConfig, { target: "draft-7", io: "input", unrepresentable: "any" }),
  };
  const keys = configKeys().filter(({ doc }) => doc !== undefined);
  const uiHints = Object.fromEntries(keys.map((key, index) => [key.path, hintOf(key, index)]));
  return { schema, uiHints, version: APP_VERSION, generatedAt: new Date(nowMs).toISOString() };
}

function hintOf({ path, doc, notServed }: ConfigKey, order: number): UiHint {
  const names = path.split(".");
  const name = names.at(-1) ?? "";
  const byDefault: unknown = Reflect.get(DEFAULTS, path);
  const isShowable = typeof byDefault === "string" || typeof byDefault === "number";
  return {
    label: labelOf(name),
    help: `${doc?.en ?? ""}${notServed === undefined ? "" : ` This release does not serve it: ${notServed.en}.`}`,
    group: labelOf(names[0] ?? ""),
    order,
    ...(notServed !== undefined && { advanced: true }),
    ...(isSecretKey(name) && { sensitive: true }),
    ...(isShowable && { placeholder: String(byDefault) }),
  };
}

/** `trustedProxies` as *Trusted proxies*. */
function labelOf(name: string): string {
  const words = name
    .replace(/^\$/, "")
    .replace(/([a-z\d])([A-Z])/g, (_all, end, start) => `${end} ${start.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

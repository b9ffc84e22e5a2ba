/** Whether answers of a conversation are sent, and messages to it taken: what was said in it, else what the configuration says. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import type { SessionFields } from "../../base/store/session-store.ts";

export function isSilenced(key: string, fields: SessionFields, { session }: GatewayConfig): boolean {
  if (fields.sendPolicy === "allow" || fields.sendPolicy === "deny") return fields.sendPolicy === "deny";
  const { rules = [], default: otherwise = "allow" } = session?.sendPolicy ?? {};
  const actions = rules.filter(({ match }) => matches(match, key, fields)).map(({ action }) => action);
  // What one rule forbids no other one allows.
  const action = actions.find((each) => each === "deny") ?? actions[0] ?? otherwise;
  return action === "deny";
}

type Match = NonNullable<
  NonNullable<NonNullable<GatewayConfig["session"]>["sendPolicy"]>["rules"]
>[number]["match"];

function matches({ channel, chatType, keyPrefix }: Match, key: string, fields: SessionFields) {
  const own = key.replace(/^agent:[^:]+:/, "");
  return (
    (channel === undefined || channel === (fields.channel ?? fields.lastChannel)) &&
    (chatType === undefined || chatType === fields.chatType) &&
    (keyPrefix === undefined || key.startsWith(keyPrefix) || own.startsWith(keyPrefix))
  );
}

/**
 * Whether somebody owns the gateway in chats. A configuration of before there were owners lets one person in by name: that is offered as
 * the owner, and nobody becomes one without being confirmed.
 */
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { neutralLine } from "../../../../../shared/foreign-text.ts";
import { isRecord } from "../../../../../shared/protocol/frame.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import { accountsIn } from "../../../../assistant/inbox/accounts.ts";
import { dmAllowFrom, readPolicy } from "../../../../assistant/inbox/policy.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { configRemedy, valueRepair } from "../../config-repair.ts";

const KEYS = ["commands", "ownerAllowFrom"] as const;

export const owner: Check = {
  id: "owner",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state !== "valid") return [];
    const { config } = reading;
    if ((config.commands?.ownerAllowFrom ?? []).length > 0 || !isRecord(config.channels)) return [];
    return Object.keys(config.channels).flatMap((channel) => {
      const id = onlyOne(config, channel);
      return id === undefined ? [] : [finding(context, `${channel.toLowerCase()}:${id}`)];
    });
  },
};

/** Who alone is let in by name on the channel, whatever its account. */
function onlyOne(config: GatewayConfig, channel: string): string | undefined {
  const listed = Object.entries(accountsIn(config, channel)).flatMap(([account, settings]) => {
    const read = readPolicy(settings, `channels.${channel}.${account}`);
    return "policy" in read ? dmAllowFrom(read.policy) : [];
  });
  const [id, ...others] = new Set(
    listed.map((each) => each.trim()).filter((each) => each !== "*" && each !== ""),
  );
  return others.length === 0 ? id : undefined;
}

function finding(context: CheckContext, entry: string): Finding {
  const shown = neutralLine(entry);
  return {
    code: "owner-missing",
    level: "hint",
    subject: shown,
    message: advice`nobody owns this gateway in chats; ${shown} is the only one who is let in there by name`,
    remedy: configRemedy(context, ours`config set commands.ownerAllowFrom ${JSON.stringify([entry])}`),
    ...valueRepair(context, {
      kind: "change",
      describe: advice`make ${shown} an owner, who may do everything`,
      done: advice`${shown} is an owner`,
      edits: (parsed) => {
        const { commands } = parsed;
        const known =
          isRecord(commands) && Array.isArray(commands.ownerAllowFrom) ? commands.ownerAllowFrom : [];
        return known.includes(entry) ? [] : [{ kind: "set", keys: KEYS, value: [...known, entry] }];
      },
    }),
  };
}

/**
 * Which tools a turn is offered: a pure function of the configuration, of who speaks and where, and of the tools that there are. Each
 * step takes away and none gives back; what is denied anywhere stays away.
 */
import * as z from "zod";
import { agentEntry } from "../../../../shared/config/agents.ts";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { ToolPolicy } from "../../../../shared/config/sections/tools.ts";
import type { Authority } from "../../authority.ts";
import { accountsIn } from "../../inbox/accounts.ts";
import type { Tool } from "../tool.ts";
import {
  BY_AUTHORITY,
  isKnownPattern,
  matchesTool,
  NOT_FOR_SUBAGENTS,
  OUT_OF_SANDBOX,
  OWNER_ONLY,
  PRIVATE,
  PROFILES,
} from "./known-tools.ts";

/** Who is offered tools, and where. */
export interface PolicyTurn {
  authority: Authority;
  agentId: string;
  /** Who answers first; undefined where no model does. */
  model?: { provider: string; id: string } | undefined;
  /** Whoever speaks, as the channel names him. */
  sender: string;
  /** Others read along. */
  isShared: boolean;
  /** The group that the message was written in. */
  group?: { channel: string; account: string; id: string } | undefined;
  isSubagent: boolean;
  /** It runs in a sandbox. */
  isSandboxed?: boolean;
}

/** The names of one list, and where a configuration has them. */
export interface AllowList {
  path: string;
  names: readonly string[];
}

export function offeredTools<T extends Pick<Tool, "name" | "group">>(
  config: GatewayConfig,
  turn: PolicyTurn,
  tools: readonly T[],
): T[] {
  const rules = stepsOf(config, turn);
  return tools.filter((tool) => rules.every((rule) => isLeft(tool, rule)));
}

/** Allow-lists in which no name is one of a tool: they would take everything away, and are passed over. */
export function unknownAllowLists(config: GatewayConfig): AllowList[] {
  const { tools = {}, agents } = config;
  const lists: [path: string, policy: ToolPolicy | undefined][] = [
    ["tools", tools],
    ...byPlace("tools.byProvider", tools.byProvider),
    ["tools.byAuthority.trusted", tools.byAuthority?.trusted],
    ["tools.byAuthority.guest", tools.byAuthority?.guest],
    ["tools.sandbox.tools", tools.sandbox?.tools],
    ["tools.subagents.tools", tools.subagents?.tools],
    ...(agents?.list ?? []).flatMap(({ tools: own }, index): [string, ToolPolicy | undefined][] => [
      [`agents.list.${index}.tools`, own],
      ...byPlace(`agents.list.${index}.tools.byProvider`, own?.byProvider),
      [`agents.list.${index}.tools.sandbox.tools`, own?.sandbox?.tools],
    ]),
  ];
  return lists.flatMap(([path, policy]) => {
    const names = policy?.allow ?? [];
    return isOfUnknown(names) ? [{ path: `${path}.allow`, names }] : [];
  });
}

interface Rule {
  /** All where there are none. */
  allow?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
}

function stepsOf(config: GatewayConfig, turn: PolicyTurn): Rule[] {
  const { authority, isShared, isSubagent, isSandboxed = false, model } = turn;
  const common = config.tools ?? {};
  const own = agentEntry(config, turn.agentId)?.tools ?? {};
  const ofProvider = forModel(common.byProvider, model);
  const ownOfProvider = forModel(own.byProvider, model);
  return [
    profileRule({
      profile: own.profile ?? common.profile ?? DEFAULTS["tools.profile"],
      alsoAllow: own.alsoAllow ?? common.alsoAllow,
    }),
    profileRule({
      profile: ownOfProvider?.profile ?? ofProvider?.profile,
      alsoAllow: ownOfProvider?.alsoAllow ?? ofProvider?.alsoAllow,
    }),
    listRule(ofProvider),
    listRule(common),
    listRule(ownOfProvider),
    listRule(own),
    ...authorityRules(config, authority),
    ...(isShared || authority === "guest" ? [{ deny: PRIVATE }] : []),
    ...groupRules(config, turn),
    ...(isSandboxed
      ? [listRule(own.sandbox?.tools ?? common.sandbox?.tools ?? { deny: [...OUT_OF_SANDBOX] })]
      : []),
    ...(isSubagent ? [{ deny: NOT_FOR_SUBAGENTS }, listRule(common.subagents?.tools)] : []),
  ];
}

function authorityRules(config: GatewayConfig, authority: Authority): Rule[] {
  if (authority === "owner") return [];
  if (authority === "stranger") return [{ deny: ["*"] }];
  const policy: ToolPolicy = config.tools?.byAuthority?.[authority] ?? copyOf(BY_AUTHORITY[authority]);
  return [{ deny: OWNER_ONLY }, profileRule(policy), listRule(policy)];
}

function copyOf({ profile, deny }: (typeof BY_AUTHORITY)[keyof typeof BY_AUTHORITY]): ToolPolicy {
  return { profile, deny: [...deny] };
}

function profileRule({ profile = "full", alsoAllow = [] }: ToolPolicy): Rule {
  const names = PROFILES[profile];
  return names === undefined ? {} : { allow: [...names, ...alsoAllow] };
}

function listRule(policy: ToolPolicy | undefined): Rule {
  const { allow = [], alsoAllow = [], deny } = policy ?? {};
  return allow.length === 0 || isOfUnknown(allow) ? { deny } : { allow: [...allow, ...alsoAllow], deny };
}

function isOfUnknown(names: readonly string[]): boolean {
  return names.length > 0 && !names.some(isKnownPattern);
}

function isLeft(tool: Pick<Tool, "name" | "group">, { allow, deny = [] }: Rule): boolean {
  const isNamed = (names: readonly string[]) => names.some((name) => matchesTool(name, tool));
  return !isNamed(deny) && (allow === undefined || isNamed(allow));
}

/** The most particular entry: the one of the model, else of its provider. */
function forModel(
  byProvider: Readonly<Record<string, ToolPolicy>> | undefined,
  model: PolicyTurn["model"],
): ToolPolicy | undefined {
  if (byProvider === undefined || model === undefined) return undefined;
  const wanted = [`${model.provider}/${model.id}`, model.provider].map((name) => name.toLowerCase());
  const entries = Object.entries(byProvider);
  return wanted
    .map((name) => entries.find(([key]) => key.trim().toLowerCase() === name)?.[1])
    .find((found) => found !== undefined);
}

function byPlace(path: string, policies: Readonly<Record<string, ToolPolicy>> | undefined) {
  return Object.entries(policies ?? {}).map(([name, policy]): [string, ToolPolicy] => [
    `${path}.${name}`,
    policy,
  ]);
}

const Group = z.looseObject({
  tools: ToolPolicy.optional(),
  toolsBySender: z.record(z.string(), ToolPolicy).optional(),
});
const Groups = z.record(z.string(), Group);

/** What the channel says of the group, or of all of them with `*`; of a sender in it rather than of everybody. */
function groupRules(config: GatewayConfig, { group, sender }: PolicyTurn): Rule[] {
  if (group === undefined) return [];
  const groups = accountsIn(config, group.channel)[group.account]?.groups;
  if (groups === undefined) return [];
  const parsed = Groups.safeParse(groups);
  // Nobody knows what was meant by it.
  if (!parsed.success) return [{ deny: ["*"] }];
  const places = [parsed.data[group.id], parsed.data["*"]];
  const found = places
    .flatMap((place) => [ofSender(place?.toolsBySender, sender), place?.tools])
    .find((policy) => policy !== undefined);
  return found === undefined ? [] : [profileRule(found), listRule(found)];
}

function ofSender(policies: Readonly<Record<string, ToolPolicy>> | undefined, sender: string) {
  const named = Object.entries(policies ?? {}).find(
    ([name]) => name.trim().replace(/^(?:id|e164|username):/, "") === sender,
  )?.[1];
  return named ?? policies?.["*"];
}

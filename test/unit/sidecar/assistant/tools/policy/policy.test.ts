import { expect, test } from "@playwright/test";
import { type GatewayConfig, TOOL_PROFILES } from "../../../../../../shared/config/schema.ts";
import { validateConfig } from "../../../../../../shared/config/validate.ts";
import type { Authority } from "../../../../../../sidecar/assistant/authority.ts";
import { KNOWN_TOOLS } from "../../../../../../sidecar/assistant/tools/policy/known-tools.ts";
import {
  offeredTools,
  type PolicyTurn,
  unknownAllowLists,
} from "../../../../../../sidecar/assistant/tools/policy/policy.ts";
import type { ToolGroup } from "../../../../../../sidecar/assistant/tools/tool.ts";

const ALL = Object.entries(KNOWN_TOOLS).map(([name, group]) => ({
  name,
  ...(group !== "none" && { group: group as ToolGroup }),
}));

const ALONE: PolicyTurn = {
  authority: "owner",
  agentId: "main",
  sender: "1",
  isShared: false,
  isSubagent: false,
};
const IN_GROUP = { isShared: true, group: { channel: "test", account: "default", id: "g1" } };

const names = (config: unknown, turn: Partial<PolicyTurn> = {}) => {
  const verdict = validateConfig(config);
  if (!verdict.valid) throw new Error(JSON.stringify(verdict.issues));
  return offeredTools(verdict.config, { ...ALONE, ...turn }, ALL).map(({ name }) => name);
};
const without = (list: readonly string[], gone: readonly string[]) =>
  list.filter((name) => !gone.includes(name));

const EVERY = ALL.map(({ name }) => name);
const FS = ["read", "write", "edit", "apply_patch"];
const SESSIONS = ["sessions_list", "sessions_history", "sessions_send", "sessions_spawn", "session_status"];
const MEMORY = ["memory_search", "memory_get"];
const WEB = ["web_search", "web_fetch"];
const CODING = [...FS, "exec", "process", ...SESSIONS, "agents_list", ...MEMORY, ...WEB, "cron", "gateway"];
const MESSAGING = ["sessions_list", "sessions_history", "sessions_send", "session_status", "message", "tts"];

/** By authority and profile, as `tools.profile` has it. */
const OFFERED: Record<Authority, Record<(typeof TOOL_PROFILES)[number], readonly string[]>> = {
  owner: { minimal: ["session_status"], coding: [...CODING, "image"], messaging: MESSAGING, full: EVERY },
  trusted: {
    minimal: ["session_status"],
    coding: [...FS, ...SESSIONS, "agents_list", ...MEMORY, ...WEB, "image"],
    messaging: ["sessions_list", "sessions_history", "sessions_send", "session_status"],
    full: [...FS, ...SESSIONS, "agents_list", ...MEMORY, ...WEB, "image"],
  },
  guest: {
    minimal: ["session_status"],
    coding: ["session_status"],
    messaging: ["session_status", "message", "tts"],
    full: ["session_status", "message", "tts"],
  },
  stranger: { minimal: [], coding: [], messaging: [], full: [] },
};

test.describe("which tools a turn is offered", () => {
  for (const [authority, byProfile] of Object.entries(OFFERED)) {
    for (const profile of TOOL_PROFILES) {
      test(`as ${authority} with the profile ${profile}`, () => {
        expect(names({ tools: { profile } }, { authority: authority as Authority })).toEqual(
          byProfile[profile],
        );
      });
    }
  }

  test("is everything for the owner where nothing is said", () => {
    expect(names({})).toEqual(EVERY);
  });

  test("is told of an agent in the place of the common profile, and with what is allowed besides", () => {
    const agents = {
      list: [{ id: "main" }, { id: "work", tools: { profile: "minimal", alsoAllow: ["re*"] } }],
    };
    const config = { tools: { profile: "messaging" }, agents };

    expect(names(config)).toEqual(MESSAGING);
    expect(names(config, { agentId: "work" })).toEqual(["read", "session_status"]);
  });

  test("is narrowed by every list, in whatever step it stands, and what is denied stays away", () => {
    const config = {
      tools: {
        allow: ["group:fs", "group:web", "exec"],
        deny: ["write"],
        byProvider: { openai: { deny: ["EXEC"] }, "openai/small": { allow: ["read", "write"] } },
      },
      agents: {
        list: [{ id: "main", tools: { allow: ["read", "write", "exec", "web_*"], deny: ["web_s*"] } }],
      },
    };

    expect(names(config)).toEqual(["read", "exec", "web_fetch"]);
    expect(names(config, { model: { provider: "openai", id: "large" } })).toEqual(["read", "web_fetch"]);
    expect(names(config, { model: { provider: "OpenAI", id: "small" } })).toEqual(["read"]);
    expect(names(config, { model: { provider: "other", id: "small" } })).toEqual([
      "read",
      "exec",
      "web_fetch",
    ]);
  });

  test("spells names as the original does, too", () => {
    expect(names({ tools: { allow: ["Bash", " apply-patch "] } })).toEqual(["apply_patch", "exec"]);
    expect(names({ tools: { deny: ["group:openclaw"] } })).toEqual([]);
    expect(names({ tools: { allow: [] } })).toEqual(EVERY);
    expect(names({ tools: { deny: ["*"], alsoAllow: ["read"] } })).toEqual([]);
  });

  test("is for others what the configuration says of them, but nothing that is the owner's alone", () => {
    const tools = {
      byAuthority: {
        trusted: { profile: "full", allow: ["*"] },
        guest: {
          allow: ["group:fs", "group:web", "memory_search", "sessions_list", "cron", "gateway", "nodes"],
        },
      },
    };

    expect(names({ tools }, { authority: "trusted" })).toEqual(without(EVERY, ["cron", "gateway", "nodes"]));
    expect(names({ tools }, { authority: "guest" })).toEqual([...FS, ...WEB]);
  });

  test("case 54: tells groups and guests nothing of other conversations and of what is remembered, the owner in a group among them", () => {
    const tools = { byAuthority: { guest: { profile: "full" }, trusted: { profile: "full" } } };
    const secret = [...MEMORY, "sessions_list", "sessions_history", "sessions_send"];

    for (const turn of [
      { authority: "guest" },
      { authority: "guest", ...IN_GROUP },
      { authority: "trusted", ...IN_GROUP },
      { authority: "owner", ...IN_GROUP },
    ] as const)
      expect(names({ tools }, turn).filter((name) => secret.includes(name))).toEqual([]);
    expect(
      names({ tools })
        .filter((name) => secret.includes(name))
        .sort(),
    ).toEqual(secret.sort());
  });

  test("is narrowed by what a channel says of a group, of all groups, and of a sender", () => {
    const groups = {
      "*": { tools: { deny: ["exec"] } },
      g1: { tools: { allow: ["read"] }, toolsBySender: { "id:7": { allow: ["read", "write"] } } },
    };
    const other = { groups: { g1: { tools: "?" } } };
    const channels = { test: { groups, accounts: { default: {}, other } } };

    expect(names({ channels }, IN_GROUP)).toEqual(["read"]);
    expect(names({ channels }, { ...IN_GROUP, sender: "7" })).toEqual(["read", "write"]);
    expect(names({ channels }, { ...IN_GROUP, sender: "7", authority: "guest" })).toEqual([]);
    expect(names({ channels }, { isShared: true, group: { ...IN_GROUP.group, id: "g2" } })).not.toContain(
      "exec",
    );
    expect(names({ channels })).toEqual(EVERY);
    // What cannot be understood allows nothing.
    expect(names({ channels }, { isShared: true, group: { ...IN_GROUP.group, account: "other" } })).toEqual(
      [],
    );
  });

  test("is for sub-agents nothing that starts others or goes on after them", () => {
    const gone = [...SESSIONS, "agents_list", ...MEMORY, "cron", "gateway"];

    expect(names({}, { isSubagent: true })).toEqual(without(EVERY, gone));
    expect(
      names({ tools: { subagents: { tools: { allow: ["read", "cron"] } } } }, { isSubagent: true }),
    ).toEqual(["read"]);
    expect(names({ tools: { subagents: { tools: { deny: ["*"] } } } })).toEqual(EVERY);
  });

  test("never grows by a step: whatever is added to a configuration leaves no tool that was not there", () => {
    const steps: GatewayConfig["tools"][] = [
      { allow: ["group:fs"] },
      { deny: ["read"] },
      { byProvider: { p: { profile: "full", allow: ["*"] } } },
      { byProvider: { p: { deny: ["edit"] } } },
      { subagents: { tools: { allow: ["*"] } } },
      { subagents: { tools: { deny: ["write"] } } },
    ];
    for (const profile of TOOL_PROFILES)
      for (const step of steps)
        for (const isSubagent of [true, false]) {
          const turn = { isSubagent, model: { provider: "p", id: "m" } };
          const before = names({ tools: { profile } }, turn);
          expect(without(names({ tools: { profile, ...step } }, turn), before)).toEqual([]);
        }
  });

  test("passes over lists of allowed names that no tool has, and names them", () => {
    const tools = { allow: ["raed"], deny: ["write"], byAuthority: { guest: { allow: ["group:nobody"] } } };

    expect(names({ tools })).toEqual(without(EVERY, ["write"]));
    expect(unknownAllowLists({ tools })).toEqual([
      { path: "tools.allow", names: ["raed"] },
      { path: "tools.byAuthority.guest.allow", names: ["group:nobody"] },
    ]);
    expect(unknownAllowLists({ tools: { allow: ["raed", "read"] } })).toEqual([]);
  });
});

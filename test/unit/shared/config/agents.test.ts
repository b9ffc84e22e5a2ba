import { expect, test } from "@playwright/test";
import { agentEntry, agentIds, defaultAgentId } from "../../../../shared/config/agents.ts";
import { choiceOf } from "../../../../sidecar/assistant/models/choose-model.ts";
import { canonicalKey, keyRules, mainSessionKey } from "../../../../sidecar/assistant/session-key.ts";

const config = {
  agents: { list: [{ id: "Home" }, { id: " Work ", default: true, model: "local/echo" }, { id: "home" }] },
};

test.describe("the agents of a configuration", () => {
  test("are named in lower case, once each, the default one first; without a list there is one", () => {
    expect(agentIds(config)).toEqual(["work", "home"]);
    expect(defaultAgentId({ agents: { list: [{ id: "B" }, { id: "a" }] } })).toBe("b");
    expect(agentIds({})).toEqual(["main"]);
  });

  test("have the model that is chosen for them, however their ids are spelled", () => {
    expect(agentEntry(config, "work")).toMatchObject({ model: "local/echo" });
    expect(choiceOf(config, {}, "work")).toMatchObject({ primary: "local/echo" });
    expect(choiceOf(config, {}, "home")).toMatchObject({ primary: undefined });
  });

  test("give their name to keys that name none", () => {
    const rules = keyRules(config);

    expect(mainSessionKey(rules)).toBe("agent:work:main");
    expect(mainSessionKey(rules, "home")).toBe("agent:home:main");
    expect(canonicalKey("notes", rules)).toBe("agent:work:notes");
  });
});

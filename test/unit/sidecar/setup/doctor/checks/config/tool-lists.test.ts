import { expect } from "@playwright/test";
import { toolLists } from "../../../../../../../sidecar/setup/doctor/checks/config/tool-lists.ts";
import { findingsOf, SOUND } from "../../../../../../helpers/home/check-context.ts";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { reads } from "../../../../../../helpers/run/reads.ts";

test.describe("the check of lists of allowed tools", () => {
  test("calls one an error that names no tool at all, wherever it stands", async ({ home }) => {
    const config = {
      ...SOUND,
      agents: { list: [{ id: "main", tools: { allow: ["raed"] } }] },
      tools: { allow: ["wirte", "group:files"], byProvider: { openai: { allow: ["raed"] } } },
    };

    const findings = await findingsOf(toolLists, home, { config });

    expect(findings).toMatchObject([
      {
        code: "tool-list-unknown",
        level: "error",
        subject: "tools.allow",
        message: reads(/names no tool that there is \("wirte", "group:files"\)/),
        remedy: reads(/config unset tools\.allow/),
      },
      { subject: "tools.byProvider.openai.allow" },
      { subject: "agents.list.0.tools.allow" },
    ]);
  });

  test("says nothing of one with a name that there is, or will be", async ({ home }) => {
    const tools = {
      allow: ["raed", "web_*"],
      byAuthority: { guest: { allow: ["browser"] } },
      deny: ["raed"],
    };

    expect(await findingsOf(toolLists, home, { config: { ...SOUND, tools } })).toEqual([]);
  });
});

/** What somebody on a channel is told of a budget that is used up. */
import { expect } from "@playwright/test";
import { directFrom, startChannelGateway } from "../../../helpers/channel/channel-gateway.ts";
import { connectWire } from "../../../helpers/gateway/wire-client.ts";
import { test } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

test("case 52: who writes is told why the answer waits, and gets it once there is more", async ({
  provider,
}) => {
  provider.script(answered("worth it"));
  const { platform, gateway, stop } = await startChannelGateway({
    config: {
      agents: { defaults: { model: "anthropic/claude-sonnet-5" } },
      models: { providers: { anthropic: { baseUrl: provider.url, apiKey: "sk-ant-secret" } } },
      budget: { perDayUsd: 0.01 },
    },
  });
  try {
    platform.deliver(directFrom("ann", "hello"));
    await platform.until(() => platform.textsIn("dm-ann").length === 1);
    expect(platform.textsIn("dm-ann")[0]).toContain("used up");
    expect(provider.requests).toHaveLength(0);

    const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"] });
    await client.request("budget.add", { usd: 5 });
    await platform.until(() => platform.textsIn("dm-ann").length === 2);
    expect(platform.textsIn("dm-ann")[1]).toBe("worth it");
  } finally {
    await stop();
  }
});

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { codeOf, test } from "../../helpers/gateway/running.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";

const SECRET = "s3cr3t-0f-the-bot";
const MINE = `{
  // Mine.
  gateway: { mode: "local" },
  channels: { telegram: { botToken: "${SECRET}" } },
}
`;

test("case 50: the configuration goes out without its secrets, comes back changed, and has kept them", async ({
  start,
}) => {
  const server = await start({ prepare: ({ configFile }) => writeFileSync(configFile, MINE) });
  const { client } = await connectWire(server.port, { scopes: ["operator.admin"] });
  const reader = (await connectWire(server.port, { scopes: ["operator.write", "operator.pairing"] })).client;
  const { payload } = await client.request("config.get", {});
  const { hash, parsed, raw } = isRecord(payload) ? payload : {};
  const wanted = { ...(isRecord(parsed) ? parsed : {}), session: { mainKey: "home" } };

  const answer = await client.request("config.set", { raw: JSON.stringify(wanted), baseHash: hash });
  const announced = await client.event("config.changed");
  const again = await client.request("config.set", { raw, baseHash: hash });

  expect(JSON.stringify([payload, answer, client.unread])).not.toContain(SECRET);
  const text = readFileSync(server.settings.paths.configFile, "utf8");
  expect(text).toContain("// Mine.");
  expect(text).toContain(`botToken: "${SECRET}"`);
  expect(text).toContain("mainKey");
  expect(answer).toMatchObject({
    ok: true,
    payload: { hash: isRecord(announced.payload) && announced.payload.hash },
  });
  expect(codeOf(again)).toBe("CONFIG_STALE");
  await reader.request("health", {});
  expect(reader.unread.filter(({ event }) => event === "config.changed")).toEqual([]);
  expect(codeOf(await reader.request("config.get", {}))).toBe("MISSING_SCOPE");
});

/** Files that people send on a channel: fetched from the platform for those who are let in, and for nobody else. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import type { InboundMedia } from "../../../../sidecar/assistant/inbox/message.ts";
import {
  type ChannelGateway,
  directFrom,
  groupFrom,
  startChannelGateway,
} from "../../../helpers/channel/channel-gateway.ts";
import { PNG, PNG_BASE64, pictureOf } from "../../../helpers/media/files.ts";
import { type FakeProvider, test } from "../../../helpers/models/fake-provider.ts";
import { answered } from "../../../helpers/models/reply.ts";

async function started({ url }: FakeProvider, more: Parameters<typeof startChannelGateway>[0] = {}) {
  const config = {
    agents: { defaults: { model: "anthropic/claude-sonnet-5", skipBootstrap: true } },
    models: { providers: { anthropic: { baseUrl: url, apiKey: "sk-ant" } } },
  } as GatewayConfig;
  return await startChannelGateway({ config, ...more });
}

/** As an update names it: the channel of the tests adds how it is fetched. */
const file = (name: string, mime = "image/png", kind = "image") => ({ kind, mime, name }) as InboundMedia;

const told = ({ requests }: FakeProvider, index = 0) => JSON.stringify(requests[index]?.body);
const kept = ({ gateway }: ChannelGateway) => {
  const folder = join(gateway.home.stateDir, "media");
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
};

test("a picture of somebody who is let in is seen, and kept by reference", async ({ provider }) => {
  const chat = await started(provider);
  chat.platform.files.set("cat.png", PNG);

  chat.platform.deliver(directFrom("ann", "What is this?", { media: [file("cat.png", "image/jpeg")] }));
  await chat.platform.until(() => chat.platform.textsIn("dm-ann")[0]);

  expect(told(provider)).toContain(PNG_BASE64);
  expect(told(provider)).toMatch(/<<media \w+>>\\nimage\/png, \\"cat\.png\\", 70 bytes/);
  const { payload } = await chat.client.request("chat.history", { sessionKey: "agent:main:main" });
  const messages = isRecord(payload) && Array.isArray(payload.messages) ? payload.messages : [];
  expect(messages[0]).toMatchObject({ content: [{ type: "text" }, { type: "image", fileName: "cat.png" }] });
  expect(kept(chat)).toHaveLength(1);
  await chat.stop();
});

test("nothing is fetched of a stranger, of a group that speaks to nobody, and for a command", async ({
  provider,
}) => {
  const chat = await started(provider, { account: { groupPolicy: "open" } });
  for (const name of ["a.png", "b.png", "c.png", "d.png"]) chat.platform.files.set(name, PNG);

  chat.platform.deliver(directFrom("eve", "Look", { media: [file("a.png")] }));
  chat.platform.deliver(groupFrom("ann", "Look, all of you", { media: [file("b.png")] }));
  chat.platform.deliver(directFrom("ann", "/whoami", { media: [file("c.png")] }));
  chat.platform.deliver(directFrom("ann", "What is this?", { media: [file("d.png")] }));
  await chat.platform.until(() => chat.platform.textsIn("dm-ann")[1]);

  expect(chat.platform.fetched).toEqual(["d.png"]);
  expect(kept(chat)).toHaveLength(1);
  await chat.stop();
});

test("what cannot be had is said to the model with the reason, and the message is answered", async ({
  provider,
}) => {
  const chat = await started(provider, { account: { mediaMaxMb: 1 } });
  chat.platform.files.set("large.png", pictureOf(1_048_577));
  chat.platform.files.set("good.txt", Buffer.from("twelve o'clock"));

  const large = { ...file("huge.png"), sizeBytes: 9_000_000 };
  chat.platform.deliver(
    directFrom("ann", "When?", {
      media: [file("../../gone.png"), file("large.png"), large, file("good.txt", "text/plain", "document")],
    }),
  );
  await chat.platform.until(() => chat.platform.textsIn("dm-ann")[0]);

  expect(chat.platform.fetched).toEqual(["../../gone.png", "large.png", "good.txt"]);
  expect(told(provider)).toMatch(/image\/png, \\"gone\.png\\", not kept: /);
  expect(told(provider)).toMatch(
    /\\"large\.png\\", not kept: .*exceeds size limit \(more than 1048576 bytes\)/,
  );
  expect(told(provider)).toContain(
    '\\"huge.png\\", 9000000 bytes, not kept: it is larger than the 1 MB that are taken here',
  );
  expect(told(provider)).toContain("twelve o'clock");
  expect(kept(chat)).toHaveLength(1);
  await chat.stop();
});

test("a picture that is cut off is named to the model and to whoever sent it, and not shown", async ({
  provider,
}) => {
  const chat = await started(provider);
  const broken = PNG.subarray(0, -20);
  chat.platform.files.set("cat.png", broken);

  chat.platform.deliver(directFrom("ann", "What is this?", { media: [file("cat.png")] }));
  await chat.platform.until(() => chat.platform.textsIn("dm-ann")[1]);

  expect(told(provider)).not.toContain(broken.toString("base64").slice(0, 40));
  expect(told(provider)).toContain("it is not shown: it cannot be read");
  expect(chat.platform.textsIn("dm-ann")).toContainEqual(
    expect.stringMatching(
      /^cat\.png was not shown to anthropic\/claude-sonnet-5: it cannot be read as a picture\./,
    ),
  );
  await chat.stop();
});

test.describe("an answer with MEDIA: lines", () => {
  const ANSWER = [
    "Here they are:",
    "MEDIA:cat.png",
    "MEDIA: `notes/list.txt`",
    "MEDIA:https://example.com/dog.png",
    "MEDIA:../secret.txt",
    "MEDIA:link.txt",
  ].join("\n");

  /** The work directory of the agent, with files that may be sent and ways out of it. */
  function fillWorkspace({ gateway }: ChannelGateway): string {
    const workspace = join(gateway.home.path, "clawd");
    mkdirSync(join(workspace, "notes"), { recursive: true });
    writeFileSync(join(workspace, "cat.png"), PNG);
    writeFileSync(join(workspace, "notes/list.txt"), "milk");
    writeFileSync(join(gateway.home.path, "secret.txt"), "secret");
    symlinkSync("../secret.txt", join(workspace, "link.txt"));
    return workspace;
  }

  const sendsOf = ({ platform }: ChannelGateway) =>
    platform.requests.filter(({ path }) => path === "send").map(({ body }) => body);

  test("sends copies of what lies in the work directory, and shows them in the history", async ({
    provider,
  }) => {
    provider.script(answered(ANSWER));
    const chat = await started(provider);
    const workspace = fillWorkspace(chat);

    chat.platform.deliver(directFrom("ann", "Send me the files"));
    await chat.platform.until(() => chat.platform.textsIn("dm-ann")[0]);
    rmSync(workspace, { recursive: true });

    const [sent] = sendsOf(chat);
    expect(sent?.text).toBe("Here they are:\n\nMEDIA:../secret.txt\nMEDIA:link.txt");
    expect(sent?.media).toMatchObject([
      { name: "cat.png", mimeType: "image/png", sizeBytes: 70 },
      { name: "list.txt", mimeType: "text/plain", sizeBytes: 4 },
      { url: "https://example.com/dog.png" },
    ]);
    const [first] = (sent?.media ?? []) as { path: string }[];
    expect(readFileSync(first?.path ?? "").equals(PNG)).toBe(true);
    const { payload } = await chat.client.request("chat.history", { sessionKey: "agent:main:main" });
    expect(JSON.stringify(payload)).toContain('"type":"image","mediaId":');
    expect(kept(chat)).toHaveLength(2);
    await chat.stop();
  });

  test("sends somebody who is no owner nothing of the work directory", async ({ provider }) => {
    provider.script(answered(ANSWER));
    const chat = await started(provider, { account: { dmPolicy: "allowlist", allowFrom: ["bob"] } });
    fillWorkspace(chat);

    chat.platform.deliver(directFrom("bob", "Send me the files"));
    await chat.platform.until(() => chat.platform.textsIn("dm-bob")[0]);

    expect(sendsOf(chat)[0]?.media).toEqual([{ url: "https://example.com/dog.png" }]);
    expect(kept(chat)).toEqual([]);
    await chat.stop();
  });
});

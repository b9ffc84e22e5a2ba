import { expect, test } from "@playwright/test";
import { isRecord } from "../../../shared/protocol/frame.ts";
import {
  casesOf,
  type Differences,
  frameDifferences,
  type RecordedLine,
  recording,
} from "../../helpers/gateway/frames.ts";
import { startGateway } from "../../helpers/gateway/gateway.ts";
import { connectWire, type Frame, openWire, type WireClient } from "../../helpers/gateway/wire-client.ts";
import { fakeModel } from "../../helpers/models/fake-model.ts";
import { FakeProvider } from "../../helpers/models/fake-provider.ts";
import { answered } from "../../helpers/models/reply.ts";
import { FakeClock } from "../../helpers/time/fake-clock.ts";

// The cases share one replay: what a case finds depends on the cases before.
test.describe.configure({ mode: "default" });

/** Whose connection a line was seen on: an operator's, a web page's, that of the telephone, or that of a node without a device. */
type Line = RecordedLine & { who: "operator" | "page" | "node" | "host" };

/** Where we differ from the reference on purpose. A case that stands here fails as well when it no longer differs. */
const DEVIATIONS: Record<string, { why: string; differences: RegExp[] }> = {};

const OPERATOR = {
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend" },
  scopes: ["operator.admin", "operator.approvals", "operator.pairing"],
  auth: { token: "test-token" },
};
const PAGE = {
  client: { id: "webchat-ui", version: "1.0.0", platform: "web", mode: "webchat" },
  scopes: ["operator.admin"],
  auth: { token: "test-token" },
};

/** What the gateway makes up, and others send back. */
const INVENTED = ["requestId", "id", "token"];
/** How far time goes for each moment that somebody waits, in ms: commands of nodes run out of it. */
const STEP_MS = 20;

const lines = recording("nodes") as Line[];
let found: Differences;
test.beforeAll(async () => {
  const provider = await FakeProvider.start();
  provider.script(() => answered("Hello from the fake model, this is a streamed reply."));
  const clock = new FakeClock(1_795_360_777_000);
  const next = { nonce: "", deviceToken: "" };
  const server = await startGateway({
    auth: { mode: "token", token: "test-token" },
    config: fakeModel(provider.url),
    clock,
    nonce: () => next.nonce,
    deviceToken: () => next.deviceToken,
  });
  const pump = setInterval(() => clock.advance(STEP_MS), 5);
  try {
    found = await replay(server.port, next);
  } finally {
    clearInterval(pump);
    await server.stop();
    await provider.stop();
  }
});

for (const name of casesOf(lines)) {
  const deviation = DEVIATIONS[name];
  test(`${name} ${deviation ? `differs: ${deviation.why}` : "goes as recorded"}`, () => {
    const expected = (deviation?.differences ?? []).map((pattern) => expect.stringMatching(pattern));

    expect(found.get(name)).toEqual(expected);
  });
}

async function replay(port: number, next: { nonce: string; deviceToken: string }): Promise<Differences> {
  const differences: Differences = new Map(casesOf(lines).map((name) => [name, []]));
  const ids = new Map<string, string>();
  const clients: Partial<Record<Line["who"], WireClient>> = {
    operator: (await connectWire(port, OPERATOR)).client,
    page: (await connectWire(port, PAGE)).client,
  };
  for (const line of lines) {
    const { frame } = line;
    const note = (text: string) => differences.get(line.case)?.push(text);
    try {
      if (frame.event === "connect.challenge") {
        next.nonce = String(payloadOf(frame).nonce);
        next.deviceToken = tokenIssuedAfter(line);
        clients[line.who] = await openWire(port);
      }
      const client = clients[line.who];
      if (client === undefined) throw new Error(`${line.who} has no connection`);
      if (line.dir === "c2s") {
        let text = JSON.stringify(frame);
        for (const [recorded, ours] of ids) text = text.replaceAll(`"${recorded}"`, `"${ours}"`);
        client.send(text);
        continue;
      }
      const ours = await client.next(JSON.stringify(frame).slice(0, 300), (each) => isLike(frame, each));
      learn(frame, ours, ids);
      for (const difference of frameDifferences(frame, ours)) note(difference);
      if (line.case === "node.disconnect" && frame.event === "node.invoke.request") await client.close();
    } catch (error) {
      note(error instanceof Error ? error.message : String(error));
    }
  }
  const unread = clients.node?.unread ?? [];
  // A frame more than those that were asked for would be one too many.
  const twice = unread.filter(({ event, payload }) => event === "chat" && payload !== undefined);
  for (const { payload } of twice) {
    if (isRecord(payload) && payload.state === "final")
      differences.get("node.event")?.push(`the node was told of ${JSON.stringify(payload.runId)} besides`);
  }
  return differences;
}

/** The same answer, or the same step of a run; a run that the gateway named is like any other. */
function isLike(recorded: Frame, ours: Frame): boolean {
  if (recorded.type === "res") return ours.type === "res" && ours.id === recorded.id;
  const [a, b] = [payloadOf(recorded), payloadOf(ours)];
  const step = (payload: Frame) =>
    JSON.stringify([payload.stream, payload.state, isRecord(payload.data) ? payload.data.phase : ""]);
  return ours.event === recorded.event && a.sessionKey === b.sessionKey && step(a) === step(b);
}

function learn(recorded: unknown, ours: unknown, ids: Map<string, string>): void {
  if (!isRecord(recorded) || !isRecord(ours) || recorded.type === "hello-ok") return;
  for (const [key, value] of Object.entries(recorded)) {
    const other = ours[key];
    const isId = INVENTED.includes(key) && recorded.type !== "res";
    if (isId && typeof value === "string" && typeof other === "string") ids.set(value, other);
    else learn(value, other, ids);
  }
}

function tokenIssuedAfter(line: Line): string {
  const later = lines.slice(lines.indexOf(line));
  const auth = later.map(({ frame }) => payloadOf(frame).auth).find(isRecord);
  return typeof auth?.deviceToken === "string" ? auth.deviceToken : "0".repeat(32);
}

function payloadOf({ payload }: Frame): Frame {
  return isRecord(payload) ? payload : {};
}

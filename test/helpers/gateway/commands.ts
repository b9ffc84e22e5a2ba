/** A gateway whose model runs commands: what a command's call gives, and what is asked before it. */
import { randomUUID } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { fakeModel } from "../models/fake-model.ts";
import type { FakeProvider, SeenRequest } from "../models/fake-provider.ts";
import { answered, type Reply } from "../models/reply.ts";
import type { GatewayOptions, TestGateway } from "./gateway.ts";
import { connectWire, type Frame, type WireClient } from "./wire-client.ts";

type Start = (options?: GatewayOptions) => Promise<TestGateway>;

/** A call of a tool, as a model makes it. */
export interface ToolUse {
  name: string;
  arguments: Record<string, unknown>;
}

export interface Commands {
  server: TestGateway;
  client: WireClient;
  workspace: string;
  /** One turn in which the model makes these calls, one message after the other; what it was told of each. */
  turn(...calls: ToolUse[]): Promise<string[]>;
  /** The same for one command. */
  exec(command: string, more?: Record<string, unknown>): Promise<string>;
  /** The next question. */
  asked(): Promise<Record<string, unknown>>;
  answer(id: unknown, decision: string, more?: object): Promise<Frame>;
}

/** `tools.exec` of the configuration. */
type ExecConfig = NonNullable<NonNullable<GatewayConfig["tools"]>["exec"]>;

export const COMMAND_ENV = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8" };

export async function startCommands(
  start: Start,
  provider: FakeProvider,
  {
    exec = {},
    env = {},
    config = {},
    ...more
  }: Omit<GatewayOptions, "config"> & {
    exec?: ExecConfig;
    env?: Record<string, string>;
    config?: GatewayConfig;
  } = {},
): Promise<Commands> {
  const server = await start({
    ...more,
    // A title would be asked for in between.
    config: { ...fakeModel(provider.url), session: { titles: "off" }, tools: { exec }, ...config },
    env: { ...COMMAND_ENV, ...env },
  });
  mkdirSync(server.settings.paths.workspaceDir, { recursive: true });
  const workspace = realpathSync(server.settings.paths.workspaceDir);
  const { client } = await connectWire(server.port, {
    scopes: ["operator.admin", "operator.approvals"],
  });
  const turn = async (...calls: ToolUse[]) => {
    provider.script(...usesOf(calls), answered("Done."));
    const runId = randomUUID();
    const before = provider.requests.length;
    await client.request("chat.send", { sessionKey: "main", message: "go on", idempotencyKey: runId });
    await client.request("agent.wait", { runId, timeoutMs: 60_000 });
    return provider.requests.slice(before + 1).flatMap((request) => resultsIn(request).slice(-1));
  };
  return {
    server,
    client,
    workspace,
    turn,
    exec: async (command, args = {}) =>
      (await turn({ name: "exec", arguments: { command, ...args } }))[0] ?? "",
    asked: async () => {
      const { payload } = await client.event("exec.approval.requested");
      return isRecord(payload) ? payload : {};
    },
    answer: (id, decision, args = {}) => client.request("exec.approval.resolve", { id, decision, ...args }),
  };
}

/** A message of the model for each call. */
export function usesOf(calls: readonly ToolUse[]): Reply[] {
  return calls.map((call) => answered("", { calls: [{ id: randomUUID(), ...call }] }));
}

/** What the model is told of calls, in order, without the fences. */
export function resultsIn({ body }: SeenRequest): string[] {
  const messages = Array.isArray(body.messages) ? body.messages.filter(isRecord) : [];
  return messages
    .filter(({ role }) => role === "tool")
    .map(({ content }) => String(content).replace(/^<<result \w+>>\n|\n<<\/result \w+>>$/g, ""));
}

/** `clawdbot node run`: this machine is a node of a gateway until it is told to stop. */
import { connectGateway, type GatewayConnection } from "../../../shared/client/gateway-connection.ts";
import { systemClock } from "../../../shared/clock.ts";
import { AuthError, errorSentence } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLine } from "../../../shared/foreign-text.ts";
import { hostName } from "../../../shared/node/machine.ts";
import { advice, ours, whole } from "../../../shared/remedy.ts";
import { NodeIdentity } from "../../nodes/host/identity.ts";
import { serveAsNode } from "../../nodes/host/node-host.ts";
import { systemNotify } from "../../nodes/host/system-notify.ts";
import { systemRun } from "../../nodes/host/system-run.ts";
import { systemWhich } from "../../nodes/host/system-which.ts";
import { connectOptions } from "../connect.ts";
import type { nodeRun } from "../definitions/node.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget, type Target } from "../target.ts";
import { allowedPrograms, nodeDirectory } from "./place.ts";

type Run = Invocation<typeof nodeRun>;

export async function run(invocation: Run): Promise<number> {
  const { context, output } = invocation;
  const identity = NodeIdentity.open(nodeDirectory(context), Date.now());
  // A wrong address is told at once; everything else may get well.
  await resolveTarget(invocation.values, context);
  const ended = new AbortController();
  const stop = () => ended.abort();
  const signals = ["SIGTERM", "SIGINT", "SIGHUP", ...(context.platform === "win32" ? ["SIGBREAK"] : [])];
  for (const signal of signals) process.on(signal, stop);
  const commands = commandsOf(invocation);
  const tellSystem = await systemdNotifier(invocation);
  tellSystem?.("not connected yet");
  let said = "";
  const sayOnce = (text: Parameters<typeof output.note>[0]) => {
    const line = output.spell(text);
    if (line !== said) output.note(text);
    said = line;
  };
  output.say(
    advice`This machine is the node ${identity.deviceId.slice(0, 8)}; it can ${[...commands.keys()].join(", ")}`,
  );
  await serveAsNode(
    {
      commands,
      connect: () => connectOnce(invocation, identity, [...commands.keys()]),
      clock: systemClock,
      random: Math.random,
    },
    {
      connected: ({ hello }) => {
        said = "";
        tellSystem?.("connected");
        output.say(advice`connected to ${neutralLine(hello.server.host ?? "the gateway")}`);
      },
      lost: ({ code, reason }) => {
        if (!ended.signal.aborted)
          sayOnce(
            advice`the connection ended (${code}${reason === "" ? "" : ` ${neutralLine(reason)}`}); it is tried again`,
          );
      },
      failed: (error) => sayOnce(failureText(error)),
    },
    ended.signal,
  );
  for (const signal of signals) process.off(signal, stop);
  return EXIT.ok;
}

/** Whom systemd waits for is ready when it runs: the gateway may be away for long. */
async function systemdNotifier({ context: { env }, output }: Run) {
  if (env.NOTIFY_SOCKET === undefined) return undefined;
  const { ServiceNotifier, takeNotifySocket } = await import("../../host/service/notify.ts");
  const socket = takeNotifySocket(env, process.env);
  if (socket === undefined) return undefined;
  const notifier = new ServiceNotifier(socket, env, (text) => output.note(text));
  return (status: string) => notifier.ready(status);
}

function commandsOf({ context }: Run) {
  const { env, platform, paths } = context;
  const place = { env, platform, home: paths.home };
  const notify = systemNotify(place);
  return new Map([
    ["system.run", systemRun({ ...place, allowed: () => allowedPrograms(context) })],
    ["system.which", systemWhich(place)],
    ...(notify === undefined ? [] : [["system.notify", notify] as const]),
  ]);
}

/** With what the gateway gave this node before, else with the secret; what is good no longer is forgotten. */
async function connectOnce(
  { values, context }: Run,
  identity: NodeIdentity,
  commands: readonly string[],
): Promise<GatewayConnection> {
  const target = await resolveTarget(values, context);
  const known = identity.tokenFor(target.url);
  try {
    return await attempt(target, known, { identity, commands, values, env: context.env });
  } catch (error) {
    if (known === undefined || !(error instanceof AuthError) || error.code === "RATE_LIMITED") throw error;
    identity.keepToken(target.url, undefined);
    return await attempt(target, undefined, { identity, commands, values, env: context.env });
  }
}

interface Attempt {
  identity: NodeIdentity;
  commands: readonly string[];
  values: Run["values"];
  env: Run["context"]["env"];
}

async function attempt(
  target: Target,
  deviceToken: string | undefined,
  { identity, commands, values, env }: Attempt,
): Promise<GatewayConnection> {
  const { scopes: _operators, ...base } = connectOptions(target, values.timeout, "cli");
  const client = {
    ...base.client,
    id: "node-host" as const,
    mode: "node" as const,
    displayName: values["display-name"] ?? hostName(),
    instanceId: identity.deviceId,
  };
  const auth = deviceToken === undefined ? target.auth : { ...target.auth, token: deviceToken };
  const connection = await connectGateway({
    ...base,
    client,
    scopes: [],
    auth,
    node: { caps: ["system"], commands, ...(env.PATH === undefined ? {} : { pathEnv: env.PATH }) },
    sign: async (nonce) =>
      identity.sign({
        clientId: client.id,
        clientMode: client.mode,
        token: auth.token ?? "",
        nonce,
        nowMs: Date.now(),
      }),
  });
  const given = connection.hello.auth?.deviceToken;
  if (given !== undefined) identity.keepToken(target.url, given);
  return connection;
}

function failureText(error: unknown) {
  if (error instanceof AuthError && error.code === "PAIRING_REQUIRED") {
    const id = error.details?.requestId;
    return typeof id === "string"
      ? advice`the gateway has to approve this node: ${ours`nodes approve ${neutralLine(id)}`} there; it is tried again`
      : advice`the gateway has to approve this node; it is tried again`;
  }
  return advice`not connected: ${whole(errorSentence(error))}; it is tried again`;
}

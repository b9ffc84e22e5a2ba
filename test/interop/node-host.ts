/** The original's node host at our gateway: it is let in, is asked for programs and for its rules, and what it says is passed on. */

import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { connectWire } from "../helpers/gateway/wire-client.ts";
import { createTempHome } from "../helpers/home/temp-home.ts";
import { pauseAfterLook } from "../helpers/time/pause.ts";

const PATIENCE_MS = 120_000;

export interface NodeLook {
  what: string;
  problem?: string;
}

/** Starts it in a home of its own, and ends it afterwards. */
export async function lookAtNodeHost(
  program: string,
  { port, token }: { port: number; token: string },
): Promise<NodeLook[]> {
  const home = createTempHome("node host");
  const PATH = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const args = ["node", "run", "--host", "127.0.0.1", "--port", String(port), "--display-name", "Original"];
  const child = spawn(program, args, {
    env: { HOME: home.path, PATH, CLAWDBOT_GATEWAY_TOKEN: token },
    stdio: "ignore",
    detached: true,
  });
  try {
    const { client } = await connectWire(port, { auth: { token } });
    const ask = async (method: string, params: object) =>
      Object((await client.request(method, params)) as object);
    const found = await within(PATIENCE_MS, async () => {
      const { payload } = await ask("node.list", {});
      return Object(payload).nodes.find(
        (each: { connected: boolean; displayName: string }) =>
          each.connected && each.displayName === "Original",
      );
    });
    if (found === undefined) return [{ what: "node host: connects", problem: "it did not come" }];
    const { nodeId } = found;
    const invoke = (command: string, params: object) =>
      ask("node.invoke", { nodeId, command, params, timeoutMs: 30_000, idempotencyKey: crypto.randomUUID() });
    const which = await invoke("system.which", { bins: ["sh"] });
    const refused = await invoke("system.run", { command: ["uname"] });
    const ran = await invoke("system.run", {
      command: ["uname"],
      approved: true,
      approvalDecision: "allow-once",
    });
    const rules = await ask("exec.approvals.node.get", { nodeId });
    return [
      { what: "node host: connects" },
      judged("node host: system.which", which.payload?.payload?.bins?.sh !== undefined, which),
      judged("node host: system.run is refused by its own rules", refused.ok === false, refused),
      judged("node host: system.run that was approved", ran.payload?.payload?.success === true, ran),
      judged("node host: exec.approvals.node.get", rules.payload?.hash !== undefined, rules),
    ];
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    home.dispose();
  }
}

function judged(what: string, isFine: boolean, answer: object): NodeLook {
  return isFine ? { what } : { what, problem: JSON.stringify(answer).slice(0, 200) };
}

async function within<T>(ms: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const startedAt = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() - startedAt > ms) return found;
    await pauseAfterLook(performance.now(), 250);
  }
}

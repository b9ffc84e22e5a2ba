/** Conversations in a sandbox, and the same ones out of it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { english } from "../../../shared/remedy.ts";
import { Bubblewrap } from "../../../sidecar/assistant/sandbox/bubblewrap.ts";
import { editTool } from "../../../sidecar/assistant/tools/edit/tool.ts";
import { TurnFiles } from "../../../sidecar/assistant/tools/files/turn-files.ts";
import { readTool } from "../../../sidecar/assistant/tools/read/tool.ts";
import { writeTool } from "../../../sidecar/assistant/tools/write/tool.ts";
import { textOf } from "../../../sidecar/base/store/message.ts";
import { type HandsOptions, SYSTEM_PATH, startHands, type TestHands } from "./hands.ts";

type Sandbox = NonNullable<NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>["sandbox"]>;

/** Why nobody can have a sandbox of bubblewrap here; undefined where everybody can. */
export async function whyNoSandbox(): Promise<string | undefined> {
  const found = await new Bubblewrap({ PATH: SYSTEM_PATH }).availability();
  return found.isThere ? undefined : `bubblewrap: ${english(found.reason)} (${english(found.fix)})`;
}

export interface SandboxHands extends TestHands {
  /** The tools of files of the same conversation. */
  file(name: "read" | "write" | "edit", args: Record<string, unknown>): Promise<string>;
}

/** `tools` is of the configuration; without `sandbox` everything runs outside, unasked. */
export async function startSandbox({
  sandbox,
  tools = sandbox === undefined ? { exec: { security: "full", ask: "off" } } : {},
  ...options
}: Omit<HandsOptions, "config"> & {
  sandbox?: Sandbox | undefined;
  tools?: GatewayConfig["tools"];
}): Promise<SandboxHands> {
  mkdirSync(join(options.home, "clawd"), { recursive: true });
  const config: GatewayConfig = { tools, agents: { defaults: sandbox === undefined ? {} : { sandbox } } };
  const hands = await startHands({ ...options, config });
  const files = new TurnFiles({ ...hands.hands, credentials: { list: async () => [] } });
  const all = { read: readTool(files, ""), write: writeTool(files, ""), edit: editTool(files, "") };
  return {
    ...hands,
    file: async (name, args) => {
      try {
        return textOf(await all[name].run(args, hands.call()));
      } catch (error) {
        return String(error);
      }
    },
  };
}

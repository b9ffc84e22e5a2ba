/** The isolated dev profile: a configuration without auth on loopback, and a work directory with the agent's first files. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigReading } from "../../shared/node/config-source.ts";
import { ensureDirectory } from "../../shared/node/directory.ts";
import type { Paths } from "../../shared/node/paths.ts";
import { unwritable } from "../../shared/node/unwritable.ts";
import { changeConfigFile } from "../base/config/config-file.ts";
import type { TextEdit } from "../base/config/edit-text.ts";

/** What was created; false for what was there before and was left alone. */
export interface DevProfileChanges {
  config: boolean;
  workspace: boolean;
}

/** Creates what is missing of the dev profile. Fails with `STATE_UNWRITABLE`. */
export async function prepareDevProfile(paths: Paths, nowMs: number): Promise<DevProfileChanges> {
  const config = !existsSync(paths.configFile) && (await createConfig(paths, nowMs));
  return { config, workspace: createWorkspace(paths.workspaceDir) };
}

function createConfig(paths: Paths, nowMs: number): Promise<boolean> {
  const create = ({ state }: ConfigReading) => (state === "missing" ? devConfig(paths) : undefined);
  return changeConfigFile({ file: paths.configFile, env: {} }, create, nowMs);
}

function devConfig({ workspaceDir: workspace }: Paths): TextEdit[] {
  return [
    { kind: "set", keys: ["gateway"], value: { mode: "local", bind: "loopback" } },
    { kind: "set", keys: ["agents"], value: { defaults: { workspace, skipBootstrap: true } } },
  ];
}

/** True when any file was missing. An existing file is never touched, so that what the agent learnt stays. */
function createWorkspace(directory: string): boolean {
  try {
    ensureDirectory(directory);
    const missing = Object.entries(WORKSPACE_FILES).filter(([name]) => !existsSync(join(directory, name)));
    for (const [name, text] of missing)
      writeFileSync(join(directory, name), text, { mode: 0o600, flag: "wx" });
    return missing.length > 0;
  } catch (error) {
    throw unwritable(directory, error);
  }
}

const WORKSPACE_FILES: Record<string, string> = {
  "AGENTS.md": `# How to work here

This is a development work directory. Everything in it may be thrown away.

- Read SOUL.md for the tone, USER.md for the person, TOOLS.md for what this machine offers.
- Say what you are about to change before you change it, and what you changed afterwards.
- Ask before anything that leaves this machine: messages, mail, purchases, publications.
- Write down what is worth remembering; the next conversation starts without your memory.
`,
  "SOUL.md": `# Tone

Calm, short and exact. Admit what you do not know. Prefer a plain answer to an impressive one.
`,
  "TOOLS.md": `# This machine

Notes on the tools of this machine belong here: names of hosts, cameras, rooms, scripts that work.
`,
  "IDENTITY.md": `# Identity

- Name: Dev
- Role: the assistant of the development profile
`,
  "USER.md": `# The person

- Name:
- Speaks:
- Time zone:
`,
};

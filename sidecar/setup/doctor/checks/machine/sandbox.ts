/** Whether the sandboxes that the configuration asks for can be had on this machine. Nothing is said where it asks for none. */
import { agentIds } from "../../../../../shared/config/agents.ts";
import type { SandboxBackend } from "../../../../../shared/config/modes.ts";
import { advice } from "../../../../../shared/remedy.ts";
import { Sandboxes } from "../../../../assistant/sandbox/sandboxes.ts";
import { agentSandbox } from "../../../../assistant/sandbox/settings.ts";
import type { Check, Finding } from "../../check.ts";

export const sandbox: Check = {
  id: "sandbox",
  examine: async ({ profile, reading }) => {
    if (reading.state !== "valid") return [];
    const { config } = reading;
    const { env, paths } = profile;
    const wanted = new Map<SandboxBackend, { agents: string[]; image: string | undefined }>();
    for (const agentId of agentIds(config)) {
      const settings = agentSandbox(config, agentId);
      if (settings === undefined) continue;
      const known = wanted.get(settings.backend) ?? { agents: [], image: settings.image };
      wanted.set(settings.backend, { ...known, agents: [...known.agents, agentId] });
    }
    const sandboxes = new Sandboxes({ config: () => config, env, paths, stateDir: paths.stateDir });
    const findings: Finding[] = [];
    for (const [name, { agents, image }] of wanted) {
      const found = await sandboxes.backend(name).availability({ image });
      if (found.isThere) continue;
      findings.push({
        code: "sandbox-missing",
        level: "error",
        subject: name,
        message: advice`commands of ${agents.join(", ")} are to run in a sandbox, and ${name} cannot make one: ${found.reason}; they do not run`,
        remedy: found.fix,
      });
    }
    return findings;
  },
};

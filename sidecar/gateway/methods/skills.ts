/** The `skills.*` methods: what agents can do besides, what that takes, and the owner's word for it. */
import type { Clock } from "../../../shared/clock.ts";
import { agentIds, defaultAgentId } from "../../../shared/config/agents.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { REDACTED } from "../../../shared/config/secrets.ts";
import { quoted, RequestError, UnavailableError } from "../../../shared/errors.ts";
import { readConfig } from "../../../shared/node/config-source.ts";
import { loadPart } from "../../../shared/node/part.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { skillsMethods } from "../../../shared/protocol/methods/skills.ts";
import { advice } from "../../../shared/remedy.ts";
import type { Assistant } from "../../assistant/assistant.ts";
import { type ConfigPlace, changeConfigFile, valuesIn } from "../../base/config/config-file.ts";
import { FailedAnswer, implement, type Method } from "../rpc/implement.ts";

/** What the handlers stand on. */
export interface SkillsMethodPlace {
  assistant: Pick<Assistant, "skills">;
  config: () => GatewayConfig;
  file: ConfigPlace;
  clock: Clock;
  /** Tells clients that the file is another one. */
  changed: (hash: string) => void;
}

export function skillsHandlers({ assistant, config, file, clock, changed }: SkillsMethodPlace): Method[] {
  const catalogue = async () => (await assistant.skills()).catalogue;
  return implement(skillsMethods, {
    "skills.status": async ({ agentId = defaultAgentId(config()) }) => {
      if (!agentIds(config()).includes(agentId))
        throw new RequestError("AGENT_UNKNOWN", advice`There is no agent ${quoted(agentId)}`);
      const { skillsStatus } = await loadPart(() => import("../../assistant/skills/status.ts"));
      return await skillsStatus(await catalogue(), agentId);
    },

    "skills.bins": async () => {
      const { skills } = await (await catalogue()).lookAtAll();
      const bins = skills.flatMap(({ skill }) => [
        ...skill.needs.bins,
        ...skill.needs.anyBins,
        ...skill.install.flatMap((each) => each.bins),
      ]);
      return { bins: [...new Set(bins)].sort() };
    },

    "skills.install": async ({ name, installId, timeoutMs }, { signal }) => {
      const known = await catalogue();
      const { skills } = await known.lookAtAll();
      const named = skills.filter(({ skill }) => skill.name === name);
      const found = named.find(({ trust, isReplaced }) => trust === "trusted" && !isReplaced) ?? named[0];
      if (found === undefined) throw notInstalled("SKILL_UNKNOWN", `Skill not found: ${name}`);
      if (found.trust !== "trusted") throw notInstalled("SKILL_UNTRUSTED", `Skill not trusted: ${name}`);
      const { installFor } = await loadPart(() => import("../../assistant/skills/install/install.ts"));
      const result = await installFor(found.skill, installId, { place: known.place, signal }, timeoutMs);
      if (result.ok) return result;
      throw new FailedAnswer(result, new UnavailableError("SKILL_INSTALL_FAILED", result.message));
    },

    "skills.update": async ({ skillKey, ...change }) => {
      const [{ entryEdits }, { refuseIncluded }] = await Promise.all([
        loadPart(() => import("../../assistant/skills/entry-edits.ts")),
        loadPart(() => import("../../base/config/included.ts")),
      ]);
      const isWritten = await changeConfigFile(
        file,
        (reading, preview) => {
          refuseIncluded(["skills", "entries", skillKey], reading);
          const edits = entryEdits(valuesIn(reading), skillKey, change);
          if (edits.length === 0) return undefined;
          const after = preview(edits);
          if (after.state === "invalid" && reading.state !== "invalid")
            throw new RequestError("CONFIG_INVALID", "invalid config");
          return edits;
        },
        clock.now(),
      );
      const reading = readConfig(file.file, file.env);
      if (isWritten) changed(reading.hash);
      const values = reading.state === "missing" ? {} : reading.parsed;
      return { ok: true as const, skillKey, config: shownEntry(values, skillKey) };
    },

    "skills.trust": async ({ filePath, hash }) => {
      const known = await catalogue();
      const { skills } = await known.lookAtAll();
      const found = skills.find((each) => each.skill.file === filePath && each.hash === hash);
      if (found === undefined)
        throw new RequestError("SKILL_UNKNOWN", advice`There is no skill ${filePath} that is made of that`);
      const { folder, name } = found.skill;
      known.trust.give(folder, name, { hash, atMs: clock.now() });
      return { ok: true as const, name, hash };
    },
  });
}

function notInstalled(code: "SKILL_UNKNOWN" | "SKILL_UNTRUSTED", message: string): FailedAnswer {
  const payload = { ok: false, message, stdout: "", stderr: "", code: null };
  return new FailedAnswer(payload, new UnavailableError(code, message));
}

/** What stands in the file, a mark for each secret. */
function shownEntry(values: Record<string, unknown>, key: string) {
  const { skills } = values;
  const entries = isRecord(skills) && isRecord(skills.entries) ? skills.entries : {};
  const entry = Object.hasOwn(entries, key) && isRecord(entries[key]) ? entries[key] : {};
  return {
    ...(typeof entry.enabled === "boolean" && { enabled: entry.enabled }),
    ...(typeof entry.apiKey === "string" && { apiKey: REDACTED }),
    ...(isRecord(entry.env) && {
      env: Object.fromEntries(Object.keys(entry.env).map((name) => [name, REDACTED])),
    }),
  };
}

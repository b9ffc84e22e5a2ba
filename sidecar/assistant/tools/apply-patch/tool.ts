/** `apply_patch`: changes of several files at once, all of them or none, as models of OpenAI know it. */
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import type { Model } from "../../models/model.ts";
import { textArgument } from "../arguments.ts";
import type { FileChange, ScopedFiles } from "../files/scoped-files.ts";
import { type FileAccess, refuseMarks } from "../files/turn-files.ts";
import { type Tool, textResult } from "../tool.ts";
import { type PatchStep, parsePatch, patched } from "./patch.ts";

export function applyPatchTool(files: FileAccess, config: () => GatewayConfig): Tool {
  return {
    name: "apply_patch",
    group: "fs",
    description:
      'Change files with a patch from "*** Begin Patch" to "*** End Patch", which holds "*** Add File: ", "*** Update File: " (with "*** Move to: ", "@@" and lines that begin with a blank, + or -) and "*** Delete File: ".',
    parameters: {
      type: "object",
      properties: { input: { type: "string", description: "The whole patch" } },
      required: ["input"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    isFor: (_turn, model) => model !== undefined && isOffered(config(), model),
    async run(args, call) {
      const input = textArgument(args, "input", "patch");
      refuseMarks(input);
      const steps = parsePatch(input);
      const own = files.of(call);
      const changes = changesOf(steps, own);
      for (const { path } of changes) await files.mayWrite(call, path);
      own.changeAll(changes);
      return textResult(steps.map(toldOf).join("\n"));
    },
  };
}

function isOffered({ tools }: GatewayConfig, { provider, id }: Pick<Model, "provider" | "id">): boolean {
  const { enabled = DEFAULTS["tools.exec.applyPatch.enabled"], allowModels = [] } =
    tools?.exec?.applyPatch ?? {};
  if (!enabled || !["openai", "openai-codex"].includes(provider.toLowerCase())) return false;
  const names = [id, `${provider}/${id}`].map((name) => name.toLowerCase());
  return allowModels.length === 0 || allowModels.some((each) => names.includes(each.trim().toLowerCase()));
}

/** What becomes of each file, once all steps are taken. */
function changesOf(steps: readonly PatchStep[], files: ScopedFiles): FileChange[] {
  const texts = new Map<string, string | undefined>();
  const textAt = (path: string) => (texts.has(path) ? texts.get(path) : files.current(path));
  for (const step of steps) {
    const before = textAt(step.path);
    if (step.kind === "add") {
      if (before !== undefined) throw new Error(`There is ${step.path} already: update it.`);
      texts.set(step.path, step.text);
      continue;
    }
    if (before === undefined) throw new Error(`There is no ${step.path}.`);
    if (step.kind === "delete") {
      texts.set(step.path, undefined);
      continue;
    }
    const { path, to = path, pieces } = step;
    if (to !== path) {
      if (textAt(to) !== undefined) throw new Error(`There is ${to} already.`);
      texts.set(path, undefined);
    }
    texts.set(to, patched(path, before, pieces));
  }
  return [...texts]
    .filter(([path, text]) => text !== undefined || files.current(path) !== undefined)
    .map(([path, text]) => ({ path, text }));
}

function toldOf(step: PatchStep): string {
  if (step.kind === "add") return `Added ${step.path}.`;
  if (step.kind === "delete") return `Deleted ${step.path}.`;
  return step.to === undefined ? `Changed ${step.path}.` : `Changed ${step.path}, which is ${step.to} now.`;
}

/** Whether there is a configuration that can be read at all; else the last one that worked is offered. */

import { judgeConfig } from "../../../../../shared/node/config-source.ts";
import { readUtf16 } from "../../../../../shared/node/utf16.ts";
import { advice, ours, type Remedy, whole } from "../../../../../shared/remedy.ts";
import { type ConfigCopy, usableCopy } from "../../../../base/config/last-good.ts";
import { writeFirstConfig } from "../../../onboarding/first-run.ts";
import type { Check, CheckContext, Finding } from "../../check.ts";
import { isManagedElsewhere } from "../../check-context.ts";
import { configRemedy, fileRepair } from "../../config-repair.ts";

export const configFile: Check = {
  id: "config-file",
  examine: async (context) => {
    const { reading } = context;
    switch (reading.state) {
      case "valid":
        return [];
      case "missing":
        return [missing(context)];
      case "invalid":
        break;
    }
    const { path, issues, unreadable } = reading;
    if (unreadable !== undefined) {
      const message = advice`${path} cannot be read: ${whole(unreadable.reason)}`;
      const finding = { code: "config-unreadable", level: "error", message, remedy: unreadable.fix } as const;
      return [{ ...finding, ...recoding(context) }];
    }
    // Findings about single values are not about the file as a whole.
    const entire = issues.find((issue) => issue.path === "");
    return entire === undefined ? [] : [unusable(context, entire.message)];
  },
};

function missing(context: CheckContext): Finding {
  const { paths, dev } = context.profile;
  const message = advice`there is no configuration yet (${paths.configFile})`;
  if (dev) {
    const remedy = advice`${ours`gateway`} creates it`;
    return { code: "config-missing", level: "hint", message, remedy };
  }
  const finding: Finding = {
    code: "config-missing",
    level: "error",
    message,
    remedy: configRemedy(context, ours`onboard`),
  };
  if (isManagedElsewhere(context)) return finding;
  const copy = usableCopy(context.profile);
  if (copy !== undefined) return { ...finding, ...restoration(context, copy) };
  return {
    ...finding,
    repair: {
      kind: "change",
      describe: "write a first one: local, on loopback, with a new token",
      apply: async () => {
        const written = await writeFirstConfig(context.profile, context.nowMs);
        return written ? advice`wrote ${paths.configFile}` : advice`${paths.configFile} is there by now`;
      },
    },
  };
}

function unusable(context: CheckContext, problem: Remedy): Finding {
  const { paths } = context.profile;
  const finding: Finding = {
    code: "config-unparseable",
    level: "error",
    message: advice`${paths.configFile} cannot be used: ${whole(problem)}`,
    remedy: configRemedy(context, ours`config edit`),
  };
  const copy = usableCopy(context.profile);
  return copy === undefined ? finding : { ...finding, ...restoration(context, copy) };
}

/** A text that only has another encoding is all there. */
function recoding(context: CheckContext) {
  const { configFile: file } = context.profile.paths;
  const text = readUtf16(file);
  if (text === undefined || Object.keys(partsOf(text, context)).length === 0) return {};
  return fileRepair(context, {
    kind: "change",
    describe: "save it as UTF-8; it is in UTF-16 now",
    done: advice`saved ${file} as UTF-8; what was there is ${file}.bak`,
    change: (reading) =>
      reading.state === "invalid" && reading.unreadable !== undefined ? readUtf16(file) : undefined,
  });
}

function partsOf(text: string, { profile: { env, paths } }: CheckContext): Record<string, unknown> {
  const reading = judgeConfig(paths.configFile, text, env);
  return reading.state === "missing" ? {} : reading.parsed;
}

function restoration(context: CheckContext, { path, raw }: ConfigCopy) {
  const { configFile: file } = context.profile.paths;
  // A backup has another number by the time that it is told.
  const source = path.startsWith(`${file}.bak`) ? advice`the newest backup that works` : path;
  const replaced = context.reading.state === "missing" ? "" : advice`; what was there is ${file}.bak`;
  return fileRepair(context, {
    kind: "change",
    describe: advice`put the last one that worked in its place (${path})`,
    done: advice`restored ${file} from ${source}${replaced}`,
    change: (reading) => (reading.state === "valid" ? undefined : raw),
  });
}

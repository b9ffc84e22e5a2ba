/** Whether the lists of devices can be used: a gateway that cannot read them knows no device, and keeps them aside. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readJsonObject } from "../../../../../shared/node/json-object.ts";
import { advice, whole } from "../../../../../shared/remedy.ts";
import type { Check, Finding } from "../../check.ts";

const LISTS = ["paired.json", "pending.json"];

export const devices: Check = {
  id: "devices",
  examine: async ({ profile }) => {
    const { devicesDir } = profile.paths;
    return [...LISTS.flatMap((name) => lookAt(join(devicesDir, name))), ...keptAside(devicesDir)];
  },
};

function lookAt(file: string): Finding[] {
  const list = readJsonObject(file);
  if (list.state !== "unusable") return [];
  const message = advice`${file} cannot be used, so that the gateway knows none of its devices: ${whole(list.reason)}`;
  return [{ code: "devices-unusable", level: "error", subject: file, message, remedy: list.fix }];
}

/** What a gateway moved out of the way when it had to write its list. */
function keptAside(directory: string): Finding[] {
  return entriesOf(directory)
    .filter((name) => LISTS.some((list) => name.startsWith(`${list}.unusable`)))
    .map((name) => {
      const file = join(directory, name);
      return {
        code: "devices-kept-aside",
        level: "hint",
        subject: file,
        message: advice`${file} is a list of devices that could not be used`,
        remedy: "look whether a device is missing, then remove it",
      };
    });
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // No devices yet, or the state directory's own checks have the reason.
  }
}

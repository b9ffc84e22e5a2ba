/** Whether lists of allowed tools name any: one without would leave no tool at all, is passed over, and so narrows nothing. */
import { quoted } from "../../../../../shared/errors.ts";
import { advice, joined, ours } from "../../../../../shared/remedy.ts";
import { unknownAllowLists } from "../../../../assistant/tools/policy/policy.ts";
import type { Check, Finding } from "../../check.ts";
import { configRemedy } from "../../config-repair.ts";

const MOST_NAMES = 5;

export const toolLists: Check = {
  id: "tool-lists",
  examine: async (context) => {
    const { reading } = context;
    if (reading.state !== "valid") return [];
    return unknownAllowLists(reading.config).map(({ path, names }): Finding => {
      const shown = joined(names.slice(0, MOST_NAMES).map(quoted), ", ");
      return {
        code: "tool-list-unknown",
        level: "error",
        subject: path,
        message: advice`${path} names no tool that there is (${shown}): the list is passed over, and nothing is taken away`,
        remedy: configRemedy(context, ours`config unset ${path}`),
      };
    });
  },
};

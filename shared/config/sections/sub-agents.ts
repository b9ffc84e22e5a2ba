/** `subagents`: what agents hand to runs of their own. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked, words } from "../meanings.ts";

export const subAgents = () =>
  key(
    z
      .looseObject({
        maxConcurrent: key(z.int().min(1).max(64).optional(), {
          en: "How many sub-agents work at once.",
          de: "Wie viele Unteragenten gleichzeitig arbeiten.",
        }),
        model: key(checked("model", 200).optional(), {
          en: "Their model, as `provider/model`; without it that of the agent.",
          de: "Ihr Modell, als `anbieter/modell`; ohne Angabe das des Agenten.",
        }),
      })
      .optional(),
    {
      en: "Sub-agents, to which an agent hands tasks.",
      de: "Unteragenten, denen ein Agent Aufgaben gibt.",
      ofOthers: "archiveAfterMinutes tools thinking announceTimeoutMs",
    },
  );

export const ownSubAgents = () =>
  key(
    z
      .looseObject({
        allowAgents: key(z.array(words(64, 1)).max(100).optional(), {
          en: "Other agents whose sub-agents it may start, or `*`.",
          de: "Andere Agenten, deren Unteragenten er starten darf, oder `*`.",
        }),
      })
      .optional(),
    { en: "Its sub-agents.", de: "Seine Unteragenten.", ofOthers: "model thinking tools" },
  );

/** `memorySearch`: how the notes of agents are searched. */
import * as z from "zod";
import { key } from "../key.ts";

/** Each place that has it has schemas of its own. */
export const memorySearch = () =>
  key(
    z
      .looseObject({
        enabled: key(z.boolean().optional(), {
          en: "Whether the assistant can search its notes.",
          de: "Ob der Assistent seine Notizen durchsuchen kann.",
        }),
        sources: key(
          z
            .array(z.enum(["memory", "sessions"]))
            .max(2)
            .optional(),
          {
            en: "Where: in the notes (`memory`), and in what was said in the conversation and the main one before (`sessions`). Both without it.",
            de: "Wo: in den Notizen (`memory`) und in dem, was im Gespräch und im Hauptgespräch früher gesagt wurde (`sessions`). Ohne Angabe in beiden.",
          },
        ),
        query: key(
          z
            .looseObject({
              maxResults: key(z.int().min(1).max(20).optional(), {
                en: "How many places are shown.",
                de: "Wie viele Stellen gezeigt werden.",
              }),
              minScore: key(z.number().min(0).max(1).optional(), {
                en: "How well a place has to fit, from 0 to 1.",
                de: "Wie gut eine Stelle passen muss, von 0 bis 1.",
              }),
            })
            .optional(),
          {
            en: "What a search gives.",
            de: "Was eine Suche ergibt.",
            ofOthers: "hybrid candidateMultiplier",
          },
        ),
      })
      .optional(),
    {
      en: "Search in the notes of the agents, without any key.",
      de: "Suche in den Notizen der Agenten, ohne Schlüssel.",
      ofOthers: "provider model fallback remote local store chunking sync cache experimental extraPaths",
    },
  );

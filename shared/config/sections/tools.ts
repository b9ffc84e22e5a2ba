/** `tools`: which tools agents have, for whom, and how those reach the web. */
import * as z from "zod";
import { key } from "../key.ts";
import { checked, SHOWN, secretText, words } from "../meanings.ts";
import {
  SEARCH_PROVIDERS,
  SEARCH_PROVIDERS_OF_OTHERS,
  TOOL_GROUPS,
  TOOL_GROUPS_OF_OTHERS,
  TOOL_PROFILES,
} from "../modes.ts";
import { ToolsExec } from "./tools-exec.ts";

const flag = () => z.boolean().optional();
const list = () => z.array(words(200)).max(500);
const names = () => list().optional();
/** A group that nobody has takes nothing away, and whoever names it would not see that. */
const denied = () =>
  list()
    .superRefine((entries, context) => {
      for (const [index, entry] of entries.entries()) {
        if (isToolName(entry)) continue;
        const message = "must be the name of a tool, or a group such as group:fs or group:web";
        context.addIssue({ code: "custom", path: [index], message, params: SHOWN, input: entry });
      }
    })
    .optional();
const sender = z.union([words(500, 1), z.number().transform(String)]);
const profile = () => z.enum(TOOL_PROFILES).optional();
const minutes = () => z.number().min(0).max(525_600).optional();
const seconds = () => z.number().min(1).max(600).optional();
const address = () => checked("webAddress", 2_000).optional();
const secret = () => secretText().optional();

/** What a policy says of tools; names may hold `*`, and `group:fs` stands for a group. */
const policy = () => ({ profile: profile(), allow: names(), alsoAllow: names(), deny: denied() });
export const ToolPolicy = z.looseObject(policy());
export type ToolPolicy = z.infer<typeof ToolPolicy>;

const byProvider = () => z.record(words(200), ToolPolicy).optional();

/** Who may have commands run outside of the sandbox. */
const elevated = () =>
  key(
    z
      .looseObject({
        enabled: key(flag(), {
          en: "Whether commands may leave the sandbox at all.",
          de: "Ob Befehle die Sandbox überhaupt verlassen dürfen.",
        }),
        allowFrom: key(z.record(words(100, 1), z.array(sender).max(100)).optional(), {
          en: 'By channel, the owners who may have commands run outside of the sandbox, by id or `*`, such as `{"signal": ["+15550001"], "webchat": ["*"]}`. Nobody without it.',
          de: 'Je Kanal die Eigentümer, die Befehle außerhalb der Sandbox laufen lassen dürfen, nach Id oder `*`, etwa `{"signal": ["+15550001"], "webchat": ["*"]}`. Ohne Angabe niemand.',
        }),
      })
      .optional(),
    {
      en: "The way out of the sandbox, for commands. What is said of an agent only narrows what holds for all.",
      de: "Der Weg aus der Sandbox, für Befehle. Was über einen Agenten gesagt ist, engt nur ein, was für alle gilt.",
    },
  );

/** What tools are left in a sandbox. */
const inSandbox = () =>
  key(
    z
      .looseObject({
        tools: z
          .looseObject({
            allow: key(names(), {
              en: "Tools that are left in a sandbox.",
              de: "Werkzeuge, die in einer Sandbox bleiben.",
            }),
            deny: key(names(), {
              en: "Tools that are taken away in a sandbox. Where nothing is said of tools here, `nodes`, `cron`, `gateway`, `browser` and `canvas` are.",
              de: "Werkzeuge, die in einer Sandbox wegfallen. Steht hier nichts über Werkzeuge, sind es `nodes`, `cron`, `gateway`, `browser` und `canvas`.",
            }),
          })
          .optional(),
      })
      .optional(),
    { en: "What else holds in a sandbox.", de: "Was außerdem in einer Sandbox gilt." },
  );

/** What `agents.list` says of one agent. */
export const AgentTools = z.looseObject({
  ...policy(),
  byProvider: byProvider(),
  elevated: elevated(),
  sandbox: inSandbox(),
});

const ofPeople = (whom: { en: string; de: string }) =>
  z
    .looseObject({
      profile: key(profile(), {
        en: `Where the choice of tools begins for ${whom.en}. Where nothing is said of them it is as by default.`,
        de: `Womit die Auswahl der Werkzeuge für ${whom.de} beginnt. Steht nichts über sie da, gilt die Vorgabe.`,
      }),
      allow: key(names(), {
        en: `Tools that are left to ${whom.en}.`,
        de: `Werkzeuge, die für ${whom.de} bleiben.`,
      }),
      alsoAllow: key(names(), {
        en: `Tools that they have besides those of the profile: ${whom.en}.`,
        de: `Werkzeuge außer denen des Profils, für ${whom.de}.`,
      }),
      deny: key(denied(), {
        en: `Tools that are taken away from ${whom.en}.`,
        de: `Werkzeuge, die für ${whom.de} wegfallen.`,
      }),
    })
    .optional();

const ByAuthority = z.looseObject({
  trusted: key(ofPeople({ en: "people who are let in by name", de: "namentlich Zugelassene" }), {
    en: "People who are let in by name. Where nothing is said of them they have `coding`, without `exec` and `process`.",
    de: "Namentlich Zugelassene. Steht nichts über sie da, haben sie `coding` ohne `exec` und `process`.",
  }),
  guest: key(ofPeople({ en: "guests", de: "Gäste" }), {
    en: "Guests. Where nothing is said of them they have `messaging`, without other conversations; what is the owner's alone they never have.",
    de: "Gäste. Steht nichts über sie da, haben sie `messaging` ohne andere Gespräche; was nur dem Eigentümer gehört, haben sie nie.",
  }),
});

const Fetch = z.looseObject({
  enabled: key(flag(), {
    en: "Whether agents may read pages of the web.",
    de: "Ob Agenten Seiten im Web lesen dürfen.",
  }),
  maxChars: key(z.int().min(100).max(1_000_000).optional(), {
    en: "How much of a page is shown at most, in characters.",
    de: "Wie viel von einer Seite höchstens gezeigt wird, in Zeichen.",
  }),
  timeoutSeconds: key(seconds(), {
    en: "How long a page may take, in seconds.",
    de: "Wie lange eine Seite brauchen darf, in Sekunden.",
  }),
  maxRedirects: key(z.int().min(0).max(10).optional(), {
    en: "How many redirections are followed.",
    de: "Wie vielen Weiterleitungen gefolgt wird.",
  }),
  cacheTtlMinutes: key(minutes(), {
    en: "How long a page is shown again without being asked for, in minutes.",
    de: "Wie lange eine Seite gezeigt wird, ohne neu abgerufen zu werden, in Minuten.",
  }),
  userAgent: key(words(500).optional(), {
    en: "What pages are told of who asks.",
    de: "Als wer sich der Abruf bei Seiten vorstellt.",
  }),
  allowPrivateHosts: key(z.array(words(300, 1)).max(200).optional(), {
    en: "Hosts of this machine or your network that may be read all the same, such as `nas.local` or `127.0.0.1:8080`; without a port any port counts. All others in private networks are refused.",
    de: "Rechner in Ihrem Netz oder dieser Rechner, die trotzdem gelesen werden dürfen, etwa `nas.local` oder `127.0.0.1:8080`; ohne Port gilt jeder. Alle anderen in privaten Netzen werden abgewiesen.",
  }),
});

const Search = z.looseObject({
  enabled: key(flag(), {
    en: "Whether agents may search the web.",
    de: "Ob Agenten im Web suchen dürfen.",
  }),
  provider: key(z.enum([...SEARCH_PROVIDERS, ...SEARCH_PROVIDERS_OF_OTHERS]).optional(), {
    en: "Who is asked: `brave`, `perplexity`, `searxng` or `duckduckgo`. Without it the first of them that is set up, and `duckduckgo`, which needs no key, where none is.",
    de: "Wer gefragt wird: `brave`, `perplexity`, `searxng` oder `duckduckgo`. Ohne Angabe der erste, der eingerichtet ist, und sonst `duckduckgo`, das keinen Schlüssel braucht.",
  }),
  apiKey: key(secret(), {
    en: "Key of Brave Search. Without it the variable `BRAVE_API_KEY` counts.",
    de: "Schlüssel für Brave Search. Ohne Angabe gilt die Variable `BRAVE_API_KEY`.",
  }),
  maxResults: key(z.int().min(1).max(10).optional(), {
    en: "How many results there are where no number is asked for.",
    de: "Wie viele Treffer es gibt, wenn keine Zahl verlangt ist.",
  }),
  timeoutSeconds: key(seconds(), {
    en: "How long a search may take, in seconds.",
    de: "Wie lange eine Suche brauchen darf, in Sekunden.",
  }),
  cacheTtlMinutes: key(minutes(), {
    en: "How long the same search is answered without asking again, in minutes.",
    de: "Wie lange dieselbe Suche beantwortet wird, ohne neu zu fragen, in Minuten.",
  }),
  brave: z
    .looseObject({
      baseUrl: key(address(), { en: "Address of Brave Search.", de: "Adresse von Brave Search." }),
    })
    .optional(),
  perplexity: z
    .looseObject({
      apiKey: key(secret(), {
        en: "Key of Perplexity. Without it the variable `PERPLEXITY_API_KEY` counts.",
        de: "Schlüssel für Perplexity. Ohne Angabe gilt die Variable `PERPLEXITY_API_KEY`.",
      }),
      baseUrl: key(address(), { en: "Address of Perplexity.", de: "Adresse von Perplexity." }),
      model: key(words(200).optional(), {
        en: "Which of its models searches.",
        de: "Welches seiner Modelle sucht.",
      }),
    })
    .optional(),
  searxng: z
    .looseObject({
      baseUrl: key(address(), {
        en: "Address of your SearXNG, which has to allow answers in JSON.",
        de: "Adresse Ihres SearXNG, das Antworten in JSON zulassen muss.",
      }),
    })
    .optional(),
  duckduckgo: z
    .looseObject({
      baseUrl: key(address(), { en: "Address of DuckDuckGo.", de: "Adresse von DuckDuckGo." }),
    })
    .optional(),
});

export const Tools = z.looseObject({
  profile: key(profile(), {
    en: "Where the choice of tools begins: `minimal`, `coding`, `messaging` or `full`.",
    de: "Womit die Auswahl der Werkzeuge beginnt: `minimal`, `coding`, `messaging` oder `full`.",
  }),
  allow: key(names(), {
    en: "Tools that are left, all others are taken away. Names may hold `*`; `group:fs`, `group:runtime`, `group:sessions`, `group:memory`, `group:web`, `group:ui`, `group:automation`, `group:messaging` and `group:nodes` stand for several.",
    de: "Werkzeuge, die bleiben; alle anderen fallen weg. Namen dürfen `*` enthalten; `group:fs`, `group:runtime`, `group:sessions`, `group:memory`, `group:web`, `group:ui`, `group:automation`, `group:messaging` und `group:nodes` stehen für mehrere.",
  }),
  alsoAllow: key(names(), {
    en: "Tools that the profile has besides its own.",
    de: "Werkzeuge, die das Profil außer seinen eigenen hat.",
  }),
  deny: key(denied(), {
    en: "Tools that are taken away. It counts more than any list of what is allowed.",
    de: "Werkzeuge, die wegfallen. Das zählt mehr als jede Liste des Erlaubten.",
  }),
  byProvider: key(byProvider(), {
    en: "What else holds with the models of a provider, or with one as `provider/name`: `profile`, `allow`, `alsoAllow`, `deny`.",
    de: "Was außerdem mit den Modellen eines Anbieters gilt, oder mit einem als `anbieter/name`: `profile`, `allow`, `alsoAllow`, `deny`.",
  }),
  byAuthority: key(ByAuthority.optional(), {
    en: "What else holds for people who are not the owner.",
    de: "Was außerdem für Menschen gilt, die nicht der Eigentümer sind.",
  }),
  elevated: elevated(),
  sandbox: inSandbox(),
  subagents: key(
    z
      .looseObject({
        tools: z
          .looseObject({
            allow: key(names(), {
              en: "Tools that are left to sub-agents.",
              de: "Werkzeuge, die Unteragenten bleiben.",
            }),
            deny: key(denied(), {
              en: "Tools that sub-agents do not have, besides those of conversations, memory and schedules.",
              de: "Werkzeuge, die Unteragenten nicht haben, außer denen für Gespräche, Erinnerung und Zeitpläne.",
            }),
          })
          .optional(),
      })
      .optional(),
    { en: "What else holds for sub-agents.", de: "Was außerdem für Unteragenten gilt.", ofOthers: "model" },
  ),
  exec: key(
    ToolsExec.extend({
      applyPatch: z
        .looseObject({
          enabled: key(flag(), {
            en: "Whether models of OpenAI are offered `apply_patch`, which changes several files at once.",
            de: "Ob Modelle von OpenAI `apply_patch` bekommen, das mehrere Dateien auf einmal ändert.",
          }),
          allowModels: key(names(), {
            en: "Which of them: by name, or as `provider/name`; all without it.",
            de: "Welche davon: nach Namen oder als `anbieter/name`; ohne Angabe alle.",
          }),
        })
        .optional(),
    }).optional(),
    {
      en: "Command lines of the agents.",
      de: "Befehlszeilen der Agenten.",
      ofOthers: "mode node strictInlineEval approvalRunningNoticeMs notifyOnExitEmptySuccess",
    },
  ),
  web: key(
    z
      .looseObject({
        fetch: key(Fetch.optional(), {
          en: "Reading of pages.",
          de: "Das Lesen von Seiten.",
          ofOthers: "provider readability firecrawl maxCharsCap maxResponseBytes ssrfPolicy",
        }),
        search: key(Search.optional(), {
          en: "Searching.",
          de: "Das Suchen.",
          ofOthers: "grok gemini kimi tavily exa firecrawl minimax ollama openaiCodex",
        }),
      })
      .optional(),
    { en: "The web.", de: "Das Web.", ofOthers: "x_search" },
  ),
});

function isToolName(text: string): boolean {
  const group = /^group:(.*)$/.exec(text.trim().toLowerCase())?.[1];
  return group === undefined || [...TOOL_GROUPS, ...TOOL_GROUPS_OF_OTHERS].some((known) => known === group);
}

/** Values that other releases start with, and in whose place something else counts here. */
import { isRecord } from "../protocol/frame.ts";
import type { InLanguages } from "./key.ts";
import { mentionPattern } from "./mention-pattern.ts";
import { SEARCH_PROVIDERS_OF_OTHERS } from "./modes.ts";
import { ENVELOPE_PLACES, isStrayZone } from "./zone.ts";

interface StrayValue {
  path: string;
  instead: InLanguages;
  isMeaningless?: true;
}

/** The paths of such values in a configuration, with what happens instead. */
export function strayValues(config: unknown): StrayValue[] {
  const { agents, commands, messages, tools } = recordOf(config);
  const { thinkingDefault, userTimezone, envelopeTimezone } = recordOf(recordOf(agents).defaults);
  const { timezone } = recordOf(recordOf(recordOf(recordOf(agents).defaults).heartbeat).activeHours);
  const { provider } = recordOf(recordOf(recordOf(tools).web).search);
  const patterns = listOf(recordOf(recordOf(messages).groupChat).mentionPatterns);
  const owners = listOf(recordOf(commands).ownerAllowFrom);
  return [
    ...patterns.flatMap((pattern, index) =>
      typeof pattern === "string" && mentionPattern(pattern) === undefined
        ? [meaningless(`messages.groupChat.mentionPatterns.${index}`, NO_PATTERN)]
        : [],
    ),
    ...owners.flatMap((owner, index) => {
      const instead = notOwner(String(owner).trim());
      return instead === undefined ? [] : [meaningless(`commands.ownerAllowFrom.${index}`, instead)];
    }),
    ...told("agents.defaults.thinkingDefault", thinkingDefault === "adaptive", AS_UNSET),
    ...told("agents.defaults.thinkingDefault", thinkingDefault === "max", AS_XHIGH),
    ...told(
      "tools.web.search.provider",
      SEARCH_PROVIDERS_OF_OTHERS.some((other) => other === provider),
      OTHER_SEARCH,
    ),
    ...(isStray(userTimezone) ? [meaningless("agents.defaults.userTimezone", NO_ZONE)] : []),
    ...(isStray(envelopeTimezone, ENVELOPE_PLACES)
      ? [meaningless("agents.defaults.envelopeTimezone", NO_ZONE)]
      : []),
    ...(isStray(timezone, ["user", "local"])
      ? [meaningless("agents.defaults.heartbeat.activeHours.timezone", NO_OWN_ZONE)]
      : []),
  ];
}

function told(path: string, isTold: boolean, instead: InLanguages) {
  return isTold ? [{ path, instead }] : [];
}

/** A mistake, where other values of other releases only mean nothing here. */
function meaningless(path: string, instead: InLanguages): StrayValue {
  return { path, instead, isMeaningless: true };
}

function isStray(zone: unknown, places?: readonly string[]): boolean {
  return typeof zone === "string" && isStrayZone(zone, places);
}

/** Why an entry makes nobody an owner; undefined for one that does. */
function notOwner(entry: string): InLanguages | undefined {
  if (/^(?:.+:)?\s*\*$/.test(entry)) return EVERYBODY;
  return /^.+:\s*\S/.test(entry) ? undefined : NO_CHANNEL;
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const NO_PATTERN: InLanguages = {
  en: "the pattern is ignored, as it is no regular expression such as @?clawd",
  de: "das Muster wird übergangen, denn es ist kein regulärer Ausdruck wie @?clawd",
};
const EVERYBODY: InLanguages = {
  en: "`*` would make everybody an owner, and makes nobody one; name each as channel:id, such as signal:+15550001",
  de: "`*` würde jeden zum Eigentümer machen und macht niemanden dazu; nennen Sie jeden als kanal:id, etwa signal:+15550001",
};
const NO_CHANNEL: InLanguages = {
  en: "an entry without a channel makes nobody an owner; write channel:id, such as signal:+15550001",
  de: "ein Eintrag ohne Kanal macht niemanden zum Eigentümer; schreiben Sie kanal:id, etwa signal:+15550001",
};
const AS_UNSET: InLanguages = {
  en: "models think as hard as without it",
  de: "Modelle denken so gründlich nach wie ohne diese Angabe",
};
const AS_XHIGH: InLanguages = {
  en: "models think as hard as with xhigh, which is the most",
  de: "Modelle denken so gründlich nach wie bei xhigh, mehr gibt es nicht",
};
const OTHER_SEARCH: InLanguages = {
  en: "searches go where they would without it; write brave, perplexity, searxng or duckduckgo",
  de: "gesucht wird wie ohne diese Angabe; schreiben Sie brave, perplexity, searxng oder duckduckgo",
};
const NO_OWN_ZONE: InLanguages = {
  en: "no time zone has this name, so that of the owner counts; write one such as Europe/Berlin",
  de: "keine Zeitzone heißt so, deshalb gilt die des Eigentümers; schreiben Sie eine wie Europe/Berlin",
};
const NO_ZONE: InLanguages = {
  en: "no time zone has this name, so the machine's counts; write one such as Europe/Berlin",
  de: "keine Zeitzone heißt so, deshalb gilt die des Rechners; schreiben Sie eine wie Europe/Berlin",
};

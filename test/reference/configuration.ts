/** The page on every key of the configuration, from their declarations. */
import { DEFAULTS } from "../../shared/config/defaults.ts";
import type { ReloadKind } from "../../shared/config/key.ts";
import { type ConfigKey, configKeys, configTree } from "../../shared/config/keys.ts";
import { overrideOf } from "../../shared/config/overrides.ts";
import { type TypeWords, typeText } from "./type-text.ts";

type Language = "en" | "de";

interface Words {
  title: string;
  made: string;
  intro: string;
  columns: string;
  reload: Record<ReloadKind, string>;
  notServed: string;
  overruled: string;
  and: string;
  kinds: string;
  others: string;
  othersIntro: string;
  alsoKept: string;
  types?: TypeWords;
}

const WORDS: Record<Language, Words> = {
  en: {
    title: "Configuration reference",
    made: "Made from the declarations by `npm run reference`; do not edit.",
    intro:
      "Every key of `clawdbot.json`. A key without a default is described where it says nothing. `clawdbot config get <key>` prints what holds, `clawdbot config set <key> <value>` changes it, `clawdbot config validate` checks the file.",
    columns: "| Key | Type | Default | A change | What it is for |",
    reload: {
      live: "at once",
      restart: "restart in place",
      later: "after `clawdbot gateway restart`",
      ignore: "nothing to do",
    },
    notServed: "Not served by this release",
    overruled: "Overruled by",
    and: "and",
    kinds:
      "What a change asks of a running gateway stands under *A change*: *at once* is taken over in place; *restart in place* ends the connections for a moment, the process stays; the rest says so. `gateway.reload.mode` can forbid either.",
    others: "Sections of other releases",
    othersIntro:
      "They are valid and stay as they are. Nothing in this release runs them, and `clawdbot doctor` says so.",
    alsoKept: "Kept for other releases, read by nobody",
  },
  de: {
    title: "Referenz der Konfiguration",
    made: "Aus den Deklarationen erzeugt mit `npm run reference`; nicht von Hand ändern.",
    intro:
      "Alle Schlüssel von `clawdbot.json`. Hat ein Schlüssel keinen Standard, steht dabei, was ohne Angabe gilt. `clawdbot config get <key>` zeigt, was gilt, `clawdbot config set <key> <value>` ändert es, `clawdbot config validate` prüft die Datei.",
    columns: "| Schlüssel | Typ | Standard | Änderung | Wozu |",
    reload: {
      live: "sofort",
      restart: "Neustart im Prozess",
      later: "nach `clawdbot gateway restart`",
      ignore: "nichts zu tun",
    },
    notServed: "Von dieser Version nicht bedient",
    overruled: "Mehr zählt",
    and: "und",
    kinds:
      "Was eine Änderung von einem laufenden Gateway verlangt, steht unter *Änderung*: *sofort* wird im Betrieb übernommen; *Neustart im Prozess* trennt die Verbindungen für einen Augenblick, der Prozess bleibt; das Übrige sagt es selbst. `gateway.reload.mode` kann beides untersagen.",
    others: "Abschnitte anderer Versionen",
    othersIntro:
      "Sie sind gültig und bleiben, wie sie sind. Nichts in dieser Version führt sie aus, und `clawdbot doctor` sagt es.",
    alsoKept: "Für andere Versionen aufbewahrt, von niemandem gelesen",
    types: {
      listOf: "Liste von",
      objectOf: "Objekt von",
      characters: (limit) => `höchstens ${limit} Zeichen`,
      entries: (limit) => `höchstens ${limit} Einträge`,
      upTo: "bis",
      from: "ab",
    },
  },
};

/** The page in one language. */
export function configurationPage(language: Language): string {
  const words = WORDS[language];
  const sections = [...configTree().keys.values()];
  const isOthers = ({ keys, notServed }: ConfigKey) => keys.size === 0 && notServed !== undefined;
  const parts = [
    `# ${words.title}`,
    `<!-- ${words.made} -->`,
    words.intro,
    "```sh\nclawdbot config get gateway.port\n```",
    words.kinds,
    ...sections.filter((section) => !isOthers(section)).map((section) => sectionText(section, language)),
    `## ${words.others}`,
    words.othersIntro,
    table(sections.filter(isOthers), language),
  ];
  return `${parts.join("\n\n")}\n`;
}

function sectionText(section: ConfigKey, language: Language): string {
  const rows = section.keys.size === 0 ? [section] : configKeys(section).filter(isRow);
  const others = [section, ...configKeys(section)].flatMap(({ path, ofOthers }) =>
    ofOthers.map((name) => `\`${path}.${name}\``),
  );
  const doc = section.doc === undefined || section.keys.size === 0 ? [] : [section.doc[language]];
  const kept = others.length === 0 ? [] : [`${WORDS[language].alsoKept}: ${others.join(", ")}.`];
  return [`## \`${section.path}\``, ...doc, table(rows, language), ...kept].join("\n\n");
}

/** A section that holds others is described by them. */
function isRow({ keys }: ConfigKey): boolean {
  return keys.size === 0;
}

function table(rows: readonly ConfigKey[], language: Language): string {
  const words = WORDS[language];
  return [words.columns, "|---|---|---|---|---|", ...rows.map((row) => rowText(row, language))].join("\n");
}

function rowText(key: ConfigKey, language: Language): string {
  const words = WORDS[language];
  const { path, schema, doc, notServed, reload } = key;
  const value = (DEFAULTS as Readonly<Record<string, unknown>>)[path];
  const rest =
    notServed === undefined ? overruled(path, words) : ` *${words.notServed}: ${notServed[language]}.*`;
  const cells = [
    `\`${path}\``,
    `\`${typeText(schema, "input", words.types).replaceAll("\n", " ").replace(/ +/g, " ")}\``,
    value === undefined ? "–" : `\`${JSON.stringify(value)}\``,
    notServed === undefined ? words.reload[reload] : "–",
    `${doc?.[language] ?? ""}${rest}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function overruled(path: string, words: Words): string {
  const override = overrideOf(path);
  if (override === undefined) return "";
  const { options, variable } = override;
  const names = [...options, ...(variable === undefined ? [] : [variable])].map((name) => `\`${name}\``);
  const last = names.pop() ?? "";
  return ` ${words.overruled} ${names.length === 0 ? last : `${names.join(", ")} ${words.and} ${last}`}.`;
}

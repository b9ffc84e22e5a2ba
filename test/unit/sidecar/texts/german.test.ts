import { expect, test } from "@playwright/test";
import { keyOf, type Remedy } from "../../../../shared/remedy.ts";
import { COMMANDS } from "../../../../sidecar/cli/commands.ts";
import { ROOT_OPTIONS } from "../../../../sidecar/cli/definition.ts";
import { CHAT } from "../../../../sidecar/texts/de/chat.ts";
import { CLI } from "../../../../sidecar/texts/de/cli.ts";
import { CRON } from "../../../../sidecar/texts/de/cron.ts";
import { HOST } from "../../../../sidecar/texts/de/host.ts";
import { DE } from "../../../../sidecar/texts/de/index.ts";
import { MODELS } from "../../../../sidecar/texts/de/models.ts";
import { SETUP } from "../../../../sidecar/texts/de/setup.ts";
import { SKILLS } from "../../../../sidecar/texts/de/skills.ts";
import { hasWords, spokenBy, spokenIn } from "../../../helpers/run/spoken.ts";

const PLACES = ["sidecar", "shared"];
/** The page has texts of its own; what goes over the wire or into the log is English, for programs and for those who help. */
const EXCEPT = [
  "sidecar/ui/",
  "sidecar/texts/",
  "sidecar/gateway/rpc/",
  "sidecar/gateway/methods/",
  "sidecar/gateway/connection/",
  "sidecar/gateway/auth/",
  "sidecar/gateway/nodes/",
  "sidecar/nodes/",
  "sidecar/gateway/gateway.ts",
  "sidecar/base/state/place-watch.ts",
];
const GERMAN = DE;

/** What help shows of every command. */
function defined(): string[] {
  const specs = [...COMMANDS.map(({ options }) => options), ROOT_OPTIONS].flatMap((each) =>
    Object.values(each),
  );
  const shown = specs
    .filter(({ hidden }) => hidden !== true)
    .flatMap((spec) => ("value" in spec ? [spec.help, spec.value] : [spec.help]));
  const words = COMMANDS.flatMap((command) => [
    command.summary,
    ...command.arguments,
    ...(command.notes ?? []),
  ]);
  return [...shown, ...words].map(keyOfRemedy);
}

/** Of a limit that is filled in before: the reason is a word among others there. */
const FILLED_IN = /^it is larger than \d+ [KM]iB$/;

function keyOfRemedy(sentence: Remedy): string {
  if (typeof sentence === "string") return sentence;
  return "texts" in sentence ? keyOf(sentence) : "";
}

function holesOf(text: string): string[] {
  return [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
}

test.describe("German of the command line", () => {
  const { keys, texts, lost } = spokenIn(PLACES, EXCEPT);
  const said = new Set([...keys.keys(), ...defined().filter((key) => /\p{L}/u.test(key))]);

  test("U12: has every sentence that is said", () => {
    const missing = [...said].filter((key) => !Object.hasOwn(GERMAN, key));

    expect(missing.map((key) => `${keys.get(key) ?? "definition"}: ${key}`)).toEqual([]);
    expect(said.size).toBeGreaterThan(900);
  });

  test("U12: has no sentence that nobody says any more", () => {
    const isSaid = (key: string) => said.has(key) || texts.has(key) || FILLED_IN.test(key);

    expect(Object.keys(GERMAN).filter((key) => !isSaid(key))).toEqual([]);
  });

  test("U12: is told once: what two of the rooms say has one translation", () => {
    const names = [CLI, CHAT, MODELS, SETUP, HOST].flatMap(Object.keys);

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("U12: fills the same holes as English", () => {
    const different = Object.entries(GERMAN).filter(
      ([english, german]) => holesOf(english).join() !== holesOf(german).join(),
    );

    expect(different).toEqual([]);
  });

  test("U12: is reached by everything that is said: no text is filled in before, no plain word stands in a hole", () => {
    expect(lost).toEqual([]);
  });

  test("U12: says Sie", () => {
    const familiar = /\b(du|dich|dir|dein(e|er|em|en|es)?)\b/i;

    expect(Object.values(GERMAN).filter((text) => familiar.test(text))).toEqual([]);
  });
});

test.describe("the search for what is said", () => {
  const foundIn = (source: string) => {
    const { keys, lost } = spokenBy(source, "a.ts");
    return { said: [...keys.keys()], lost };
  };

  for (const [what, source, key] of [
    ["a line", 'output.say("It runs");', "It runs"],
    ["a branch of a line", 'output.tick(isNew ? "made" : written ?? "kept");', "kept"],
    ["a mark", 'output.mark("ok", "connected");', "connected"],
    ["a title", 'output.box("Title", [advice`Port: $' + "{1}`]);", "Title"],
    ["a row", 'output.box("Title", ["a row"]);', "a row"],
    ["a question", 'confirm(output, "Remove this?", false);', "Remove this?"],
    ["an error", 'throw new SetupError("USAGE", "not so");', "not so"],
    ["a remedy", 'new SetupError("USAGE", "", { fix: "do it" });', "do it"],
    ["what a reader fills into a command", "ours`config set gateway.port <port>`;", "<port>"],
    ["a sentence in a sentence", "advice`a $" + "{isNew ? advice`new $" + "{name}` : 1} b`;", "new {0}"],
  ] as const) {
    test(`finds ${what}`, () => {
      expect(foundIn(source).said).toContain(key);
    });
  }

  for (const [what, source] of [
    ["a text that is filled in before it is said", "output.say(`It runs on $" + "{port}`);"],
    ["a plain word in a hole", "advice`It $" + '{isNew ? "is new" : ""}`;'],
    ["a text in a hole", "advice`It $" + "{a ?? `is $" + "{b}`}`;"],
  ] as const) {
    test(`reports ${what}`, () => {
      expect(foundIn(source).lost).toHaveLength(1);
    });
  }

  test("takes holes, options, variables and PID for no words", () => {
    expect(["{0}: {1}", "--fix --force", " (PID {0})", "CLAWDBOT_GATEWAY_PORT"].filter(hasWords)).toEqual([]);
    expect(hasWords("PID {0} of the tray")).toBe(true);
  });
});

test("no sentence is translated twice in different words: the last one would be shown in both places", () => {
  const seen = new Map<string, string>();
  const twice = [CLI, CHAT, MODELS, SKILLS, SETUP, CRON, HOST].flatMap((file) =>
    Object.entries(file).flatMap(([english, german]) => {
      const other = seen.get(english);
      seen.set(english, String(german));
      return other === undefined || other === String(german) ? [] : [english];
    }),
  );

  expect(twice).toEqual([]);
});

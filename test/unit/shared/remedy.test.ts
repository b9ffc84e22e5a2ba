import { expect, test } from "@playwright/test";
import { advice, ours, spell, spellCommand } from "../../../shared/remedy.ts";

const plain = { name: "clawdbot", profile: undefined };
const work = { name: "npx clawdbot", profile: "work" };

test.describe("a command of ours", () => {
  test("P1: is its words, a value being one word or a part of one", () => {
    const path = "my key";

    expect(ours`config set gateway.auth.${"token"} <address or interface>`.command).toEqual([
      "config",
      "set",
      "gateway.auth.token",
      "<address or interface>",
    ]);
    expect(ours`config unset ${path}`.command).toEqual(["config", "unset", "my key"]);
  });

  test("P1: is typed with launcher and profile, quoted where a shell needs it, placeholders as they are", () => {
    const command = ours`config set ${"gateway.customBindHost"} ${"a b"} <port>`;

    expect(spellCommand(command, plain)).toBe("clawdbot config set gateway.customBindHost 'a b' <port>");
    expect(spellCommand(ours`gateway`, work)).toBe("npx clawdbot --profile work gateway");
  });

  test("U12: has placeholders in the reader's language, and nothing else of it", () => {
    const german = { language: "de", sentences: { "<port>": "<Port>", config: "Einstellung" } };
    const command = ours`config set gateway.port <port>`;

    expect(spellCommand(command, { ...plain, translation: german })).toBe(
      "clawdbot config set gateway.port <Port>",
    );
  });

  test("P1: takes its profile from variables where those stand before it", () => {
    const command = { ...ours`gateway status`, variables: { CLAWDBOT_CONFIG_PATH: "/etc/my bot.json" } };

    expect(spellCommand(command, work)).toBe(
      "CLAWDBOT_CONFIG_PATH='/etc/my bot.json' npx clawdbot gateway status",
    );
  });
});

test.describe("a remedy", () => {
  test("P1: puts every command of its sentence, and of the sentences in it, into the reader's words", () => {
    const restart = advice`then: ${ours`gateway restart`}`;
    const sentence = advice`take it out of ${"/a/b"} on port ${7}, ${restart}`;

    expect(spell(sentence, work)).toBe(
      "take it out of /a/b on port 7, then: npx clawdbot --profile work gateway restart",
    );
    expect(spell("free some space", work)).toBe("free some space");
    expect(spell(ours`doctor --fix`, plain)).toBe("clawdbot doctor --fix");
  });
});

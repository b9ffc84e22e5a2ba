import { expect, test } from "@playwright/test";
import type * as z from "zod";
import { type Meaning, meaningOf } from "../../../../shared/config/meanings.ts";
import { API_KINDS, APIS_OF_OTHERS } from "../../../../shared/config/modes.ts";
import { GatewayConfig } from "../../../../shared/config/schema.ts";
import { validateConfig } from "../../../../shared/config/validate.ts";
import { english, spell } from "../../../../shared/remedy.ts";
import { translationTo } from "../../../../sidecar/texts/language.ts";
import { expectEqual } from "../../../helpers/run/expect-equal.ts";

/** A text of the schema: where it stands, with `*` for an entry or a name of somebody's own. */
interface Leaf {
  path: string[];
  schema: z.ZodType;
  isName: boolean;
}

type Definition = {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  options?: z.ZodType[];
  innerType?: z.ZodType;
  in?: z.ZodType;
};

function leavesOf(schema: z.ZodType, path: string[] = []): Leaf[] {
  const {
    type,
    shape = {},
    element,
    keyType,
    valueType,
    options = [],
    innerType,
    ...rest
  } = schema.def as Definition;
  if (type === "string") return [{ path, schema, isName: false }];
  const names =
    keyType === undefined ? [] : leavesOf(keyType, path).map((leaf) => ({ ...leaf, isName: true }));
  return [
    ...Object.entries(shape).flatMap(([name, each]) => leavesOf(each, [...path, name])),
    ...[element, valueType].flatMap((each) => (each === undefined ? [] : leavesOf(each, [...path, "*"]))),
    ...names,
    ...[...options, innerType, rest.in].flatMap((each) => (each === undefined ? [] : leavesOf(each, path))),
  ];
}

const LEAVES = leavesOf(GatewayConfig);

/** What cannot be, by what a text is; and what can. */
const EXAMPLES: Record<Exclude<Meaning, "words" | "secret">, { wrong: string[]; right: string[] }> = {
  duration: {
    wrong: ["often", "1 fortnight", "-5m", "m"],
    right: ["30m", "0m", "45", "1h30m", "1.5 h", "2d"],
  },
  timeOfDay: {
    wrong: ["8", "8:5", "24:01", "25:00", "noon"],
    right: ["08:00", "8:00", "23:59", "24:00"],
  },
  span: { wrong: ["0", "soon", "0d", "-5d"], right: ["90d", "12h", "2w", "90"] },
  size: { wrong: ["2", "big", "0kb"], right: ["2gb", "1.5 TB", "500000000"] },
  webAddress: {
    wrong: ["nowhere", "ftp://a.example", "127.0.0.1:8080", "http://", "https://u:hunter2@a.example"],
    right: ["http://127.0.0.1:8080/v1", "https://a.example/"],
  },
  gatewayAddress: {
    wrong: ["home.example", "http://home.example", "wss://home.example/#x", "ws://u:hunter2@a.example"],
    right: ["wss://home.example", "ws://127.0.0.1:18789"],
  },
  origin: {
    wrong: ["home.example", "https://home.example/chat"],
    right: ["https://home.example", "tauri://localhost", "*"],
  },
  basePath: {
    wrong: ["https://a.example", "/a b", "/a/../b", "/a?b", "/a//b"],
    right: ["", "/", "/clawdbot", "a/b/"],
  },
  path: {
    wrong: [" ", "file:///etc/x", "https://a.example", "a\u0000b"],
    right: ["~/clawd", "C:\\clawd", "notes"],
  },
  proxy: {
    wrong: ["proxy.local", "10.0.0.0/33", "10.0.0.256", "::1/129", "10.0.0.1/"],
    right: ["10.0.0.0/8", "::1", "fd00::/8"],
  },
  bindHost: {
    wrong: ["192.168.1.500", "192.168.1.5:80", "http://a", " "],
    right: ["192.168.1.5", "[::1]", "eth0", "Ethernet 2"],
  },
  sshTarget: { wrong: ["-oProxyCommand=x", "a@b:99999", "a b"], right: ["ann@home.example", "home:2222"] },
  model: {
    wrong: [" ", "anthropic/", "/x", "a//b", "a\nb"],
    right: ["anthropic/claude-sonnet-5", "opus", "openrouter/a/b:free"],
  },
  api: { wrong: ["opanai", "OpenAI", "http"], right: [...API_KINDS, ...APIS_OF_OTHERS] },
  provider: { wrong: ["a/b", "a b"], right: ["my-server", "z.ai"] },
  hookPath: { wrong: ["/", " / ", "/a b", "https://a.example"], right: ["/hooks", "hooks/in"] },
  headerName: { wrong: ["X Title", "X:"], right: ["X-Title"] },
};

/** A configuration with the text at the place, and where that is then. */
function withText({ path, isName }: Leaf, text: string): { config: unknown; place: string } {
  const steps = isName ? [...path, text] : path;
  const place = steps.map((step, index) =>
    step === "*" ? (isList(steps.slice(0, index)) ? "0" : "any") : step,
  );
  const inner: unknown = isName ? undefined : text;
  const config = steps.reduceRight<unknown>((value, step, index) => {
    if (step === "*" && isList(steps.slice(0, index))) return [value];
    const needed = steps[index - 1] === "*" && isList(steps.slice(0, index - 1)) ? { id: "main" } : {};
    return { ...needed, [step === "*" ? "any" : step]: value ?? MEMBER[path.at(-1) ?? ""] };
  }, inner);
  return { config, place: place.join(".") };
}

/** What may stand under a name of somebody's own. */
const MEMBER: Readonly<Record<string, unknown>> = { headers: "x", models: {}, providers: {} };

function isList(path: readonly string[]): boolean {
  const known = [
    "mentionPatterns",
    "allowedOrigins",
    "trustedProxies",
    "list",
    "fallbacks",
    "models",
    "extraDirs",
    "mappings",
  ];
  return known.includes(path.at(-1) ?? "") && path.join(".") !== "agents.defaults.models";
}

test.describe("texts of the configuration", () => {
  test("are found at all, in lists and objects as well", () => {
    const paths = LEAVES.map(({ path }) => path.join("."));

    expect(paths).toEqual(
      expect.arrayContaining([
        "gateway.auth.token",
        "models.providers.*.baseUrl",
        "agents.list.*.workspace",
        "agents.defaults.model.fallbacks.*",
        "messages.groupChat.mentionPatterns.*",
      ]),
    );
    expect(LEAVES.length).toBeGreaterThan(70);
  });

  test("each say what they mean, or that they may say anything", () => {
    const silent = LEAVES.filter(({ schema }) => meaningOf(schema) === undefined);

    expect(silent.map(({ path }) => path.join("."))).toEqual([]);
  });

  test("of an API are told all that are spoken, and no other", () => {
    const verdict = validateConfig({ models: { providers: { home: { api: "x" } } } });
    const said = verdict.valid ? "" : english(verdict.issues[0]?.message ?? "");

    expect(API_KINDS.filter((api) => !said.includes(api))).toEqual([]);
    expect(APIS_OF_OTHERS.filter((api) => said.includes(api))).toEqual([]);
  });

  test("each kind is what some key asks for", () => {
    const asked = new Set(LEAVES.map(({ schema }) => meaningOf(schema)));

    expect(Object.keys(EXAMPLES).filter((is) => !asked.has(is as Meaning))).toEqual([]);
  });

  for (const [is, { wrong, right }] of Object.entries(EXAMPLES)) {
    const leaves = LEAVES.filter(({ schema }) => meaningOf(schema) === is);

    test(`that mean ${is} are refused where they are none: value, place and remedy`, async () => {
      const translation = await translationTo("de");
      for (const leaf of leaves) {
        for (const text of wrong) {
          const { config, place } = withText(leaf, text);
          const verdict = validateConfig(config);
          const found = verdict.valid ? [] : verdict.issues;
          expectEqual(
            found.map(({ path }) => path),
            [place],
            `${place}: ${text}`,
          );
          const [said = ""] = found.map(({ message }) => english(message));
          expectEqual(
            / such as | user@host|give a | one of /.test(said),
            true,
            `${place}: ${text} → ${said}`,
          );
          expectEqual(said.includes("\n") || said.includes("hunter2"), false, said);
          expectEqual(/, got "/.test(said), true, said);
          const [german = ""] = found.map(({ message }) =>
            spell(message, { name: "clawdbot", profile: undefined, translation }),
          );
          expectEqual(/^(must|expected|would|leaves)/.test(german), false, german);
        }
      }
    });

    test(`that mean ${is} are taken where they fit`, () => {
      for (const leaf of leaves) {
        for (const text of right) {
          const verdict = validateConfig(withText(leaf, text).config);
          expectEqual(verdict.valid ? [] : verdict.issues, [], `${leaf.path.join(".")}: ${text}`);
        }
      }
    });
  }
});

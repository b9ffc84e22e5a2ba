import { expect } from "@playwright/test";
import { launcherOf } from "../../../../../shared/node/profile-context.ts";
import { spell } from "../../../../../shared/remedy.ts";
import {
  KNOWN_PROVIDERS,
  providerOf as providerNamed,
} from "../../../../../sidecar/assistant/models/catalogue/providers.ts";
import { COMMANDS } from "../../../../../sidecar/cli/commands.ts";
import type { Situation } from "../../../../../sidecar/setup/onboarding/answers.ts";
import { choiceOf, PROVIDERS } from "../../../../../sidecar/setup/onboarding/providers.ts";
import { nextQuestion, STEPS } from "../../../../../sidecar/setup/onboarding/steps.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { printed } from "../../../../helpers/run/reads.ts";
import { converse, situationOf } from "./samples.ts";

const TOKEN = "a token that was there before";

/** The names of the questions in the dialogue of somebody who replies so and presses Enter to everything else. */
function askedOf(situation: Situation, replies: Record<string, string> = {}): string[] {
  return converse(situation, ({ step }) => replies[step.name]).asked;
}

function configured(home: TempHome, gateway: object): Situation {
  home.writeConfig({ gateway });
  return situationOf(home);
}

test.describe("the questions", () => {
  test("of QuickStart are four", ({ home }) => {
    expect(askedOf(situationOf(home))).toEqual(["acceptRisk", "flow", "provider", "service"]);
  });

  test("of QuickStart with a configuration are five, and keeping it is proposed", ({ home }) => {
    const situation = configured(home, { mode: "local", auth: { token: TOKEN } });

    const { asked, answers } = converse(situation, () => undefined);

    expect(asked).toEqual(["acceptRisk", "flow", "existing", "provider", "service"]);
    expect(answers.existing).toBe("keep");
  });

  test("of QuickStart ask for another port when somebody holds the usual one", ({ home }) => {
    const situation = situationOf(home, { taken: { port: 18_789, holder: "pid 7 (nginx)", free: 18_909 } });

    const { asked, answers } = converse(situation, () => undefined);

    expect(asked).toEqual(["acceptRisk", "flow", "provider", "port", "service"]);
    expect(answers.port).toBe(18_909);
  });

  test("end at once for somebody who does not accept the risk", ({ home }) => {
    expect(askedOf(situationOf(home), { acceptRisk: "no" })).toEqual(["acceptRisk"]);
  });

  const manual = ["acceptRisk", "flow", "mode", "workspace", "provider", "port", "bind", "auth", "token"];
  const paths: [what: string, replies: Record<string, string>, asked: string[]][] = [
    ["Manual", {}, [...manual, "tailscale", "service"]],
    [
      "Manual with a key",
      { provider: "openai-api-key" },
      [
        "acceptRisk",
        "flow",
        "mode",
        "workspace",
        "provider",
        "keys",
        ...manual.slice(5),
        "tailscale",
        "service",
      ],
    ],
    [
      "Manual on a custom address",
      { bind: "custom" },
      [...manual.slice(0, 7), "customHost", "auth", "token", "tailscale", "service"],
    ],
    [
      "Manual with a password",
      { auth: "password", password: "correct horse battery" },
      [...manual.slice(0, 8), "password", "tailscale", "service"],
    ],
    [
      "Manual with serve",
      { tailscale: "serve" },
      [...manual, "tailscale", "tailscaleResetOnExit", "service"],
    ],
    [
      "Manual with funnel, which needs a password after all",
      { tailscale: "funnel", password: "correct horse battery" },
      [...manual, "tailscale", "password", "tailscaleResetOnExit", "service"],
    ],
    [
      "Manual for a gateway elsewhere",
      { mode: "remote", remoteUrl: "wss://home.example" },
      ["acceptRisk", "flow", "mode", "remoteUrl", "remoteToken"],
    ],
  ];
  for (const [what, replies, asked] of paths) {
    test(`of ${what} are ${asked.length}`, ({ home }) => {
      expect(askedOf(situationOf(home), { flow: "advanced", ...replies })).toEqual(asked);
    });
  }

  test("are all asked when a configuration is to be changed, with its values proposed", ({ home }) => {
    const situation = configured(home, {
      mode: "local",
      port: 19_111,
      bind: "custom",
      customBindHost: "127.0.0.1",
      auth: { token: TOKEN },
    });

    const { asked, answers } = converse(
      situation,
      ({ step }) => ({ existing: "modify" })[step.name as "existing"],
    );

    const start = [
      "acceptRisk",
      "flow",
      "existing",
      "mode",
      "workspace",
      "provider",
      "port",
      "bind",
      "customHost",
    ];
    expect(asked).toEqual([...start, "auth", "token", "tailscale", "service"]);
    expect(answers).toMatchObject({ port: 19_111, bind: "custom", auth: "token", token: "" });
  });

  test("are those of a fresh start after a reset, whatever stood there", ({ home }) => {
    const situation = configured(home, { mode: "remote", remote: { url: "ws://127.0.0.1:1" } });

    const { asked, answers } = converse(
      situation,
      ({ step }) => ({ existing: "reset" })[step.name as "existing"],
    );

    expect(asked).toEqual(["acceptRisk", "flow", "existing", "resetScope", "provider", "service"]);
    expect(answers.resetScope).toBe("config");
  });

  test("ask nothing about this machine where the configuration leads to another one", ({ home }) => {
    const situation = configured(home, { mode: "remote", remote: { url: "wss://home.example" } });

    expect(askedOf(situation)).toEqual(["acceptRisk", "flow", "existing"]);
  });

  test("offer only a reset or the end where the configuration is invalid", ({ home }) => {
    const situation = configured(home, { prot: 1 });

    expect(askedOf(situation, { existing: "reset" })).toContain("resetScope");
    expect(() => askedOf(situation)).toThrow(/gateway.prot: unknown key/);
  });

  for (const [state, proposal, choices] of [
    ["missing", "install", ["install", "start", "skip"]],
    ["installed", "restart", ["restart", "reinstall", "skip"]],
    ["unavailable", "start", ["start", "skip"]],
  ] as const) {
    test(`propose ${proposal} where a service is ${state}`, ({ home }) => {
      const service = state === "unavailable" ? { state, reason: "no systemd" } : { state, label: "systemd" };
      const situation = situationOf(home, { service });

      const question = nextQuestion({ acceptRisk: true, flow: "quickstart", provider: "skip" }, situation);

      expect(question).toMatchObject({ step: { name: "service" }, byDefault: proposal });
      expect(question?.kind === "select" && question.choices.map(({ value }) => value)).toEqual(choices);
      expect(printed(question?.remark)).toBe(state === "unavailable" ? "no systemd" : undefined);
    });
  }

  test("are not asked again when options answered them", ({ home }) => {
    const given = {
      acceptRisk: true,
      flow: "advanced",
      mode: "local",
      port: 19_000,
      service: "skip",
    } as const;

    const { asked } = converse(situationOf(home), () => undefined, given);

    expect(asked).toEqual(["workspace", "provider", "bind", "auth", "token", "tailscale"]);
  });

  test("propose answers that their own checks accept", ({ home }) => {
    const everything = { flow: "advanced", existing: "modify", tailscale: "serve", bind: "custom" };
    const situation = configured(home, { mode: "local", remote: { url: "ws://127.0.0.1:2" } });
    for (const mode of ["local", "remote"]) {
      converse(situation, (question) => {
        if (question.kind === "select") {
          for (const { value } of question.choices)
            expect(question.step.problem(value, {}, situation), value).toBeUndefined();
        }
        if (question.kind === "text")
          expect(question.step.problem(question.byDefault, {}, situation)).toBeUndefined();
        return { ...everything, mode }[question.step.name as "mode"];
      });
    }
  });
});

test("every question can be answered by an option of the command", () => {
  const options = COMMANDS.find(({ name }) => name === "onboard")?.options ?? {};
  const needed = STEPS.flatMap(({ name, option }) => (name === "keys" ? PROVIDERS.map(choiceOf) : [option]));

  expect(needed.length).toBeGreaterThan(20);
  expect(needed.filter((name) => !(name in options))).toEqual([]);
});

test.describe("the check of an answer", () => {
  const cases: [step: string, text: string, problem: RegExp][] = [
    ["flow", "quick", /^expected one of quickstart, advanced; got "quick"$/],
    ["mode", "x", /^expected one of local, remote; got "x"$/],
    ["remoteUrl", "http://x", /^expected a ws:\/\/ or wss:\/\/ address, got "http:\/\/x"$/],
    ["remoteUrl", "ws://me:pw@x", /takes no user or password/],
    ["workspace", "clawd", /absolute/],
    ["provider", "acme-api-key", /^expected one of anthropic-api-key, /],
    ["keys", "two words", /blanks or characters/],
    ["keys", 'quo"te', /must not hold quotes/],
    ["port", "19111x", /^expected 1-65535, got "19111x"$/],
    ["port", "0", /^expected 1-65535/],
    ["port", "99999", /^expected 1-65535/],
    ["bind", "all", /^expected one of loopback, lan, tailnet, auto, custom; got "all"$/],
    ["customHost", "10.9.9.9", /10.9.9.9 is not here/],
    ["auth", "none", /^expected one of token, password; got "none"$/],
    ["token", "line\nbreak", /line breaks/],
    ["token", `a-long-enough-$${"{}"}!-token`, /asks the configuration for a variable/],
    ["remoteToken", `before$${"{NAME}"}after`, /asks the configuration for a variable/],
    ["token", "__CLAWDBOT_REDACTED__", /mark of a hidden secret/],
    ["password", "", /^must not be empty$/],
    ["tailscale", "on", /^expected one of off, serve, funnel; got "on"$/],
    ["service", "yes", /^expected one of install, restart, reinstall, start, skip; got "yes"$/],
  ];
  for (const [name, text, problem] of cases) {
    test(`objects to ${JSON.stringify(text)} for ${name}`, ({ home }) => {
      const step = STEPS.find((each) => each.name === name);

      expect(printed(step?.problem(text, {}, situationOf(home)))).toMatch(problem);
    });
  }

  test("P1: names the profile in what shows the mistakes of a broken configuration", ({ home }) => {
    home.writeConfig("{ broken");
    const situation = situationOf(home);
    const work = { ...situation, paths: { ...situation.paths, profile: "work" } };

    const question = STEPS.find(({ name }) => name === "existing")?.ask({}, work);

    const hint = question?.kind === "select" ? question.choices[0]?.hint : undefined;
    expect(spell(hint ?? "", launcherOf(work))).toBe(
      "clawdbot --profile work config validate shows what is wrong",
    );
  });

  test("says that models answer with the key, and of which providers the address is wanted as well", ({
    home,
  }) => {
    const question = STEPS.find(({ name }) => name === "provider")?.ask({}, situationOf(home));
    const choices = question?.kind === "select" ? question.choices : [];
    const known = KNOWN_PROVIDERS.flatMap((id) => providerNamed(id, {}, {})?.keyNames ?? []);

    expect(printed(question?.message)).toContain("Its models answer then");
    for (const provider of PROVIDERS) {
      const { hint = "" } = choices.find(({ value }) => value === choiceOf(provider)) ?? {};
      const named = known.includes(provider.variable) ? "" : `models.providers.${provider.id}.baseUrl`;
      expect(printed(hint)).toBe(named && `once ${named} says where it is`);
      // The key that is kept is the one that is looked for once the address is there.
      const configured = { models: { providers: { [provider.id]: { baseUrl: "http://127.0.0.1:1/v1" } } } };
      if (named !== "")
        expect(providerNamed(provider.id, configured, {})?.keyNames).toEqual([provider.variable]);
    }
  });

  test("takes older spellings", ({ home }) => {
    const situation = situationOf(home);
    const taken = (name: string, text: string) => {
      const step = STEPS.find((each) => each.name === name);
      expect(step?.problem(text, {}, situation)).toBeUndefined();
      return step?.take(text, {}, situation);
    };

    expect(taken("flow", "manual")).toEqual({ flow: "advanced" });
    expect(taken("provider", "apiKey")).toEqual({ provider: "anthropic-api-key" });
    expect(taken("workspace", "~/x y")).toEqual({ workspace: `${home.path}/x y` });
  });
});

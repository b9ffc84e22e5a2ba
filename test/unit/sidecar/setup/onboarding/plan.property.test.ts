import { expect } from "@playwright/test";
import fc from "fast-check";
import { validateConfig } from "../../../../../shared/config/validate.ts";
import { quoted } from "../../../../../shared/errors.ts";
import { valuesIn } from "../../../../../sidecar/base/config/config-file.ts";
import type { Answers, Situation } from "../../../../../sidecar/setup/onboarding/answers.ts";
import { planOnboarding } from "../../../../../sidecar/setup/onboarding/plan.ts";
import type { Question } from "../../../../../sidecar/setup/onboarding/steps.ts";
import { assertStartable } from "../../../../../sidecar/setup/onboarding/write.ts";
import { createTempHome, test } from "../../../../helpers/home/temp-home.ts";
import { expectEqual } from "../../../../helpers/run/expect-equal.ts";
import { converse, plannedConfig, proposed, situationOf, surroundingsOf } from "./samples.ts";

const TOKEN = "0123456789abcdef";

/** Configurations a gateway starts with, or that lead to another one. */
const CONFIGURATIONS: readonly (object | undefined)[] = [
  undefined,
  {},
  { gateway: { mode: "local" }, theirs: { kept: ["as", 1, "is"] } },
  { gateway: { auth: { token: TOKEN } } },
  { gateway: { mode: "local", auth: { password: "pass wörd" } } },
  { gateway: { mode: "local", bind: "lan", auth: { mode: "token", token: TOKEN } } },
  { gateway: { mode: "local", bind: "custom", customBindHost: "127.0.0.1", auth: { token: TOKEN } } },
  { gateway: { mode: "local", tailscale: { mode: "serve", resetOnExit: true } } },
  { gateway: { mode: "local", tailscale: { mode: "funnel" }, auth: { password: "a-password-of-tests" } } },
  { gateway: { mode: "remote", remote: { url: "ws://127.0.0.1:1", token: "theirs" } } },
  { gateway: { mode: "remote" } },
  { agents: { defaults: { workspace: "~/elsewhere", model: "a/b" } } },
];

/** What people type: sensible, senseless, and nothing. */
const texts = fc.oneof(
  fc.constantFrom(
    "",
    "19001",
    "127.0.0.1",
    "~/my clawd",
    "/srv/claw d",
    "wss://home.example",
    "sk-1",
    "geheim %$&",
  ),
  fc.string({ maxLength: 40 }),
);

/** One reply per question, used up in turn. */
const dialogues = fc.record({
  config: fc.constantFrom(...CONFIGURATIONS),
  isTaken: fc.boolean(),
  service: fc.constantFrom<Situation["service"]>(
    { state: "missing", label: "systemd" },
    { state: "installed", label: "systemd" },
    { state: "unavailable", reason: "none here" },
  ),
  replies: fc.array(fc.record({ text: texts, index: fc.nat(20) }), { minLength: 20, maxLength: 20 }),
});

test.describe("any dialogue", () => {
  test("ends in a configuration that the gateway starts with, and keeps what was there", async () => {
    await fc.assert(
      fc.asyncProperty(dialogues, async ({ config, isTaken, service, replies }) => {
        const home = createTempHome();
        try {
          if (config !== undefined) home.writeConfig(config);
          const taken = isTaken ? { port: 18_789, holder: "pid 1 (x)", free: 18_909 } : undefined;
          const situation = situationOf(home, { service, taken });
          let turn = 0;
          const { answers } = converse(situation, (question, known) => {
            const reply = replies[turn % replies.length] ?? { text: "", index: 0 };
            turn += 1;
            return typed(question, reply, [known, situation]);
          });

          const plan = planOnboarding(answers, situation, { newToken: () => "f".repeat(48), nowMs: 0 });
          const before = plan.reset === undefined ? valuesIn(situation.reading) : {};
          const after = plannedConfig(plan, situation.reading) ?? before;

          expectEqual(validateConfig(after).valid, true);
          await assertStartable(plan, situation.reading, surroundingsOf(home));
          if (plan.reset === undefined) expect(after).toMatchObject(untouched(before));
          if (plan.auth?.source === "kept") expectEqual(secretsOf(after), secretsOf(before));
        } finally {
          home.dispose();
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** A reply that the question accepts: the wanted entry of a list, the text if it will do, else what is proposed. */
function typed(
  question: Question,
  { text, index }: { text: string; index: number },
  state: readonly [Answers, Situation],
): string {
  if (question.step.name === "acceptRisk") return "yes";
  if (question.kind === "confirm") return index % 2 === 0 ? "yes" : "no";
  if (question.kind === "select") {
    const wanted = question.choices[index % question.choices.length]?.value ?? question.byDefault;
    const taken = [wanted, ...question.choices.map(({ value }) => value)].find(
      (value) => question.step.problem(value, ...state) === undefined,
    );
    return taken ?? wanted;
  }
  const answer = text === "" ? proposed(question) : text;
  if (question.step.problem(answer, ...state) === undefined) return answer;
  const fallback = question.step.name === "password" ? "correct horse battery" : proposed(question);
  expectEqual(question.step.problem(fallback, ...state), undefined, quoted(fallback));
  return fallback;
}

/** Everything but the sections that onboarding writes. */
function untouched(config: Record<string, unknown>): Record<string, unknown> {
  const { gateway: _gateway, agents: _agents, wizard: _wizard, ...rest } = config;
  return rest;
}

function secretsOf(config: Record<string, unknown>): unknown {
  const { auth } = (config.gateway ?? {}) as { auth?: { token?: string; password?: string } };
  return { token: auth?.token, password: auth?.password };
}

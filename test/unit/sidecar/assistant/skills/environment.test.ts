import { expect, test } from "@playwright/test";
import type { GatewayConfig } from "../../../../../shared/config/schema.ts";
import { skillEnvironment } from "../../../../../sidecar/assistant/skills/environment.ts";
import { foundSkill } from "../../../../helpers/assistant/skills.ts";

const of = (
  skills: Parameters<typeof skillEnvironment>[0],
  entries: NonNullable<GatewayConfig["skills"]>["entries"],
  gatewayEnv = {},
) => skillEnvironment(skills, { config: { skills: { entries } }, gatewayEnv, stateDir: "/state" });

test.describe("what skills give to programs", () => {
  test("are the variables and the key of their entries, the first one counts", () => {
    const skills = [foundSkill("a", { primaryEnv: "A_KEY" }), foundSkill("b", { key: "bee" })];
    const entries = {
      a: { apiKey: "1", env: { SHARED: "of a" } },
      bee: { env: { SHARED: "of b", B: "2" } },
      c: { apiKey: "3", env: { C: "3" } },
    };
    expect(of(skills, entries).env).toEqual({ SHARED: "of a", A_KEY: "1", B: "2" });
  });

  test("is what they ask for by name of the gateway's own, and nothing else of it", () => {
    const skill = foundSkill("a", {
      primaryEnv: "P",
      needs: {
        bins: [],
        anyBins: [],
        env: ["T", "PATH", "NODE_OPTIONS", "CLAWDBOT_GATEWAY_TOKEN"],
        config: [],
        os: [],
      },
    });
    const gateway = {
      T: "t",
      P: "p",
      PATH: "/x",
      NODE_OPTIONS: "-r x",
      CLAWDBOT_GATEWAY_TOKEN: "g",
      OTHER: "o",
    };
    expect(of([skill], {}, gateway).env).toEqual({ T: "t", P: "p" });
    expect(of([skill], { a: { env: { T: "own" } } }, gateway).env).toEqual({ T: "own", P: "p" });
  });

  test("never changes how programs are started", () => {
    const env = {
      LD_PRELOAD: "x",
      DYLD_INSERT_LIBRARIES: "x",
      node_options: "x",
      BASH_ENV: "x",
      "A=B": "x",
      GOOD: "x",
    };
    expect(of([foundSkill("a")], { a: { env } }).env).toEqual({ GOOD: "x" });
  });

  test("is where their programs were downloaded to", () => {
    const download = { url: "https://example.org/a", sha256: "0", stripComponents: 0 };
    const install = [{ id: "d", kind: "download" as const, label: "", bins: [], os: [], download }];
    const skills = [foundSkill("a", { key: "../x y", install }), foundSkill("b")];
    expect(of(skills, {}).path).toEqual(["/state/tools/__x_y", "/state/tools/__x_y/bin"]);
  });
});

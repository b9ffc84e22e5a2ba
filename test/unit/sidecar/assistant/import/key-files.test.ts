import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "@playwright/test";
import { findKeys } from "../../../../../sidecar/assistant/import/key-files.ts";
import { test } from "../../../../helpers/home/temp-home.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

function write(stateDir: string, place: string, content: object | string): string {
  const file = join(stateDir, place, "auth-profiles.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const key = (secret: string, provider = "anthropic") => ({ type: "api_key", provider, key: secret });

test.describe("keys of other programs", () => {
  test("come in the order that somebody gave them, else the last good one first", async ({ home }) => {
    write(home.stateDir, "agents/main/agent", {
      profiles: {
        "anthropic:a": key("k-a"),
        "anthropic:b": key("k-b"),
        "anthropic:c": key("k-c"),
        "openai:a": key("k-d", "openai"),
        "openai:b": key("k-e", "openai"),
      },
      order: { anthropic: ["anthropic:c", "anthropic:gone", "anthropic:b"] },
      lastGood: { anthropic: "anthropic:a", openai: "openai:b" },
    });

    const { keys, orders } = await findKeys(home.stateDir, NOW);

    const of = (provider: string) => keys.filter((each) => each.provider === provider);
    expect(of("anthropic").map(({ secret }) => secret)).toEqual(["k-c", "k-b", "k-a"]);
    expect(of("openai").map(({ secret }) => secret)).toEqual(["k-e", "k-d"]);
    expect([...orders]).toEqual([["anthropic", ["c", "b"]]]);
  });

  test("of other agents count where the main one has none, and a key is found once", async ({ home }) => {
    write(home.stateDir, "agents/main/agent", { profiles: { "anthropic:default": key("k-a") } });
    write(home.stateDir, "agents/work/agent", {
      profiles: {
        "anthropic:copy": key("k-a"),
        "anthropic:own": key("k-b"),
        "openai:default": key("k-c", "openai"),
      },
    });

    const { keys, left } = await findKeys(home.stateDir, NOW);

    expect(keys.map(({ secret }) => secret)).toEqual(["k-a", "k-c"]);
    expect(left).toEqual([
      { provider: "anthropic", id: "anthropic:own", agentId: "work", why: "other-agent" },
    ]);
  });

  test("have names that can be typed, each its own", async ({ home }) => {
    write(home.stateDir, "agents/main/agent", {
      profiles: {
        "openai:a b": key("k-a", "openai"),
        "openai:a/b": key("k-b", "openai"),
        openai: key("k-c", "openai"),
      },
    });

    const { keys } = await findKeys(home.stateDir, NOW);

    expect(keys.map(({ profile }) => profile)).toEqual(["a-b", "a-b-2", "openai"]);
  });

  test("are read from the files of every age, and what is no key is left", async ({ home }) => {
    // Profiles alone, in the folder of before there were agents, with the names that OpenClaw takes as well.
    write(home.stateDir, "agent", {
      "openai:default": { mode: "api_key", apiKey: " k-a " },
      "anthropic:soon": { type: "token", token: "k-b", expires: NOW + 1 },
      "anthropic:over": { type: "token", token: "k-c", expires: NOW },
      "google:login": { type: "oauth", access: "k-d", expires: NOW - 1 },
      "google:mark": { type: "api_key", key: "$GEMINI_API_KEY" },
      "google:blank": { type: "api_key", key: "two words" },
      "google:else": { type: "token", tokenRef: { source: "file" } },
      "google:odd": { type: "magic" },
    });
    const damaged = write(home.stateDir, "agents/main/agent", "{ nonsense");

    const { keys, left, unreadable } = await findKeys(home.stateDir, NOW);

    expect(keys).toEqual([
      { provider: "openai", profile: "default", kind: "api_key", secret: "k-a" },
      { provider: "anthropic", profile: "soon", kind: "token", secret: "k-b" },
    ]);
    expect(left.map(({ id, why }) => [id, why])).toEqual([
      ["anthropic:over", "expired"],
      ["google:login", "expired"],
      ["google:mark", "placeholder"],
      ["google:blank", "malformed"],
      ["google:else", "elsewhere"],
      ["google:odd", "type"],
    ]);
    expect(unreadable).toMatchObject([{ file: damaged }]);
  });

  test("are of one provider however its name is written, and what is no profile is named", async ({
    home,
  }) => {
    write(home.stateDir, "agents/main/agent", {
      version: 1,
      profiles: {
        "OpenAI:default": key("k-a", "OpenAI"),
        "openai:default": key("k-b", "openai"),
        "Anthropic:none": null,
        "openai:text": "k-c",
        "google:variable": { type: "api_key", key: ["$", "{GEMINI_API_KEY}"].join("") },
        "google:empty": { type: "api_key", key: " " },
      },
      order: { OPENAI: ["openai:default", "OpenAI:default"] },
    });

    const { keys, left, orders } = await findKeys(home.stateDir, NOW);

    expect(keys.map(({ provider, profile, secret }) => [provider, profile, secret])).toEqual([
      ["openai", "default", "k-b"],
      ["openai", "default-2", "k-a"],
    ]);
    expect([...orders]).toEqual([["openai", ["default", "default-2"]]]);
    expect(left.map(({ provider, id, why }) => [provider, id, why])).toEqual([
      ["anthropic", "Anthropic:none", "damaged"],
      ["openai", "openai:text", "damaged"],
      ["google", "google:variable", "placeholder"],
      ["google", "google:empty", "unusable"],
    ]);
  });

  test("are not there where there is no directory", async ({ home }) => {
    expect(await findKeys(join(home.path, "nowhere"), NOW)).toMatchObject({
      keys: [],
      left: [],
      unreadable: [],
    });
  });
});

import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { programEnv, tailscalePrograms } from "../../../../../../sidecar/host/net/tailscale/program.ts";
import { test } from "../../../../../helpers/home/temp-home.ts";

test.describe("tailscalePrograms", () => {
  test.skip(process.platform === "win32", "execute permissions are a matter of Unix");

  test("finds the programs on the PATH in its order and passes by what cannot be executed", ({ home }) => {
    const folders = ["one", "two", "three"].map((name) => join(home.path, name));
    for (const folder of folders) {
      mkdirSync(folder);
      writeFileSync(join(folder, "tailscale"), "", { mode: 0o755 });
    }
    chmodSync(join(home.path, "two", "tailscale"), 0o644);

    const found = tailscalePrograms({ env: { PATH: folders.join(":") }, platform: "linux" });

    expect(found).toEqual([join(home.path, "one", "tailscale"), join(home.path, "three", "tailscale")]);
  });

  test("never takes what lies in the current directory", () => {
    expect(tailscalePrograms({ env: { PATH: ":.:bin" }, platform: "linux" })).toEqual([]);
  });

  test("finds nothing on a machine without PATH", () => {
    expect(tailscalePrograms({ env: {}, platform: "linux" })).toEqual([]);
  });
});

test.describe("programEnv", () => {
  test("hands on the environment without anything of ours", () => {
    const env = { HOME: "/home/ada", CLAWDBOT_GATEWAY_TOKEN: "secret" };

    expect(programEnv({ env, platform: "linux" })).toEqual({
      HOME: "/home/ada",
      LC_ALL: "C",
      TAILSCALE_BE_CLI: "1",
    });
  });
});

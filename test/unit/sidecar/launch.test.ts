import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { MIN_NODE_VERSION } from "../../../shared/version.ts";

test.describe("the launcher", () => {
  test("asks for the same Node as the rest of the program and as package.json", () => {
    const launcher = readFileSync(new URL("../../../sidecar/launch.cjs", import.meta.url), "utf8");
    const { engines } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

    expect(launcher).toContain(`const MIN_NODE = [${MIN_NODE_VERSION.replace(".", ", ")}];`);
    expect(engines.node).toBe(`>=${MIN_NODE_VERSION}`);
  });
});

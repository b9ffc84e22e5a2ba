import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { MIN_NODE_VERSION } from "../../../shared/version.ts";

const LAUNCHER = readFileSync(new URL("../../../sidecar/launch.cjs", import.meta.url), "utf8");

test.describe("the launcher", () => {
  test("asks for the same Node as the rest of the program", () => {
    expect(LAUNCHER).toContain(`const MIN_NODE = [${MIN_NODE_VERSION.replace(".", ", ")}];`);
  });

  test("U1: runs on every Node that package.json lets the package be installed on", () => {
    const { engines } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

    expect(engines.node).toBe(">=18");
    expect(LAUNCHER).toContain("Runs on any Node from 18 on");
  });

  test("U1: says which program runs it, for shells, containers and npm's command on Windows", () => {
    expect(LAUNCHER.split("\n")[0]).toBe("#!/usr/bin/env node");
  });
});

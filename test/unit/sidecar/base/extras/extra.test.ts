import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { PLAYWRIGHT } from "../../../../../sidecar/base/extras/extra.ts";

test("the package that drives browsers is the one that this checkout is tested with", () => {
  const lock = JSON.parse(readFileSync(new URL("../../../../../package-lock.json", import.meta.url), "utf8"));
  const { version, integrity } = lock.packages[`node_modules/${PLAYWRIGHT.package}`];

  expect({ version, integrity }).toEqual({ version: PLAYWRIGHT.version, integrity: PLAYWRIGHT.integrity });
});

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { expect } from "@playwright/test";
import { configError, readConfig } from "../../../../shared/node/config-source.ts";
import { test } from "../../../helpers/home/temp-home.ts";
import { reads } from "../../../helpers/run/reads.ts";

test.describe("readConfig", () => {
  test("does not wait at a pipe", ({ home }) => {
    test.skip(process.platform === "win32", "pipes in the file system are those of Unix");
    mkdirSync(home.stateDir);
    execFileSync("mkfifo", [home.configFile]);

    const reading = readConfig(home.configFile, {});

    if (reading.state !== "invalid") throw new Error(`the configuration is ${reading.state}`);
    expect(reading.issues).toEqual([
      { path: "", message: reads("cannot be read: it is not a regular file") },
    ]);
    expect(configError(reading)).toMatchObject({
      code: "CONFIG_INVALID",
      message: `Cannot read ${home.configFile}: it is not a regular file`,
      fix: "put a regular file in its place",
    });
  });
});

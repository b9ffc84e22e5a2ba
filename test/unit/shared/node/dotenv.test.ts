import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { withServiceEnv, withStateEnv, withStrayEnv } from "../../../../shared/node/dotenv.ts";
import { type TempHome, test } from "../../../helpers/home/temp-home.ts";

function envFile(home: TempHome, text: string): string {
  const file = join(home.path, ".env");
  writeFileSync(file, text);
  return file;
}

test.describe("the .env file of a profile", () => {
  test("adds variables and overrides none", ({ home }) => {
    const file = envFile(home, "\uFEFFexport A='from file'\nB=two # remark\nCLAWDBOT_GATEWAY_TOKEN=secret\n");

    expect(withStateEnv({ A: "from environment" }, file)).toEqual({
      A: "from environment",
      B: "two",
      CLAWDBOT_GATEWAY_TOKEN: "secret",
    });
  });

  test("sets what the environment names without a value", ({ home }) => {
    expect(withStateEnv({ A: undefined, B: "" }, envFile(home, "A=1\nB=2\n"))).toEqual({ A: "1", B: "" });
  });

  for (const name of ["HOME", "CLAWDBOT_PROFILE", "CLAWDBOT_STATE_DIR", "CLAWDBOT_CONFIG_PATH"]) {
    test(`cannot move the profile by ${name}`, ({ home }) => {
      expect(withStateEnv({}, envFile(home, `${name}=/elsewhere\n`))).toEqual({});
    });
  }

  test("adds nothing when it is absent or no file", ({ home }) => {
    mkdirSync(join(home.path, "directory"));

    expect(withStateEnv({ A: "1" }, join(home.path, "absent"))).toEqual({ A: "1" });
    expect(withStateEnv({ A: "1" }, join(home.path, "directory"))).toEqual({ A: "1" });
  });
});

test.describe("a stray .env file", () => {
  for (const name of ["CLAWDBOT_GATEWAY_PORT", "CLAWDBOT_ANYTHING", "HOME", "PATH", "Path", "NODE_OPTIONS"]) {
    test(`may not say ${name}`, ({ home }) => {
      expect(withStrayEnv({}, envFile(home, `${name}=x\nMODEL_KEY=y\n`))).toEqual({ MODEL_KEY: "y" });
    });
  }
});

test.describe("withServiceEnv", () => {
  test("lets the user's file win over the definition of the service", ({ home }) => {
    const file = envFile(home, "PATH=/opt/tools\nMODEL_KEY=x\n");

    expect(withServiceEnv({ PATH: "/usr/bin", A: "1" }, file, "darwin")).toEqual({
      A: "1",
      PATH: "/opt/tools",
      MODEL_KEY: "x",
    });
  });

  test("knows that Windows does not tell Path from PATH", ({ home }) => {
    const file = envFile(home, "PATH=C:\\tools\n");

    expect(withServiceEnv({ Path: "C:\\Windows" }, file, "win32")).toEqual({ PATH: "C:\\tools" });
    expect(withServiceEnv({ Path: "/a" }, file, "darwin")).toEqual({ Path: "/a", PATH: "C:\\tools" });
  });

  for (const name of ["HOME", "CLAWDBOT_STATE_DIR", "CLAWDBOT_PROFILE", "CLAWDBOT_SERVICE_MARKER"]) {
    test(`does not take ${name} from it`, ({ home }) => {
      expect(withServiceEnv({ A: "1" }, envFile(home, `${name}=x\n`), "darwin")).toEqual({ A: "1" });
    });
  }
});

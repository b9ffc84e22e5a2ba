import { expect, test } from "@playwright/test";
import { ConfigVariables } from "../../../../sidecar/run/config-variables.ts";

test.describe("ConfigVariables", () => {
  test("S7: gives programs what the configuration says, and takes back what it says no more", () => {
    const env: Record<string, string | undefined> = { PATH: "/bin", A: "before" };
    const variables = new ConfigVariables(env);

    variables.give({ A: "1", B: "2" });
    const given = { ...env };
    variables.give({ B: "3" });

    expect(given).toEqual({ PATH: "/bin", A: "1", B: "2" });
    expect(env).toEqual({ PATH: "/bin", A: "before", B: "3" });
    variables.give({});
    expect(env).toEqual({ PATH: "/bin", A: "before" });
  });
});

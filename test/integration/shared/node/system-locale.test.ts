import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { systemLocale } from "../../../../shared/node/system-locale.ts";

const MODULE = new URL("../../../../shared/node/system-locale.ts", import.meta.url).href;

test.describe("systemLocale", () => {
  test("is what Intl says", () => {
    expect(systemLocale()).toBe(Intl.DateTimeFormat().resolvedOptions().locale);
  });

  test("follows the system", () => {
    const ask = `import { systemLocale } from "${MODULE}"; console.log(systemLocale());`;
    const env = { ...process.env, LC_ALL: "de_AT.UTF-8" };

    expect(execFileSync(process.execPath, ["--input-type=module", "-e", ask], { env }).toString()).toBe(
      "de-AT\n",
    );
  });
});

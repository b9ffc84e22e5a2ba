import os from "node:os";
import { expect, test } from "@playwright/test";
import {
  account,
  accountHome,
  hostName,
  interfaces,
  readInterfaces,
  temporaryFolder,
} from "../../../../shared/node/machine.ts";

test.describe("what the system refuses to tell of the machine", () => {
  const names = ["networkInterfaces", "hostname", "userInfo", "tmpdir", "homedir"] as const;
  const originals = new Map(names.map((name) => [name, os[name]]));

  test.beforeEach(() => {
    for (const name of names) {
      Object.assign(os, {
        [name]: () => {
          throw Object.assign(new Error(`uv_${name} returned Unknown system error 13`), {
            code: "ERR_SYSTEM_ERROR",
          });
        },
      });
    }
  });

  test.afterEach(() => {
    for (const [name, original] of originals) Object.assign(os, { [name]: original });
  });

  test("F7: is not known, and no error", () => {
    expect(interfaces()).toEqual({});
    expect(readInterfaces()).toEqual({ interfaces: {}, problem: "EACCES" });
    expect(hostName()).toBe("localhost");
    expect(account().username).toBeUndefined();
    expect(temporaryFolder()).toMatch(/tmp|Temp/);
    expect(accountHome()).toBeUndefined();
  });
});

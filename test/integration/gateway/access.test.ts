import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { codeOf, test } from "../../helpers/gateway/running.ts";
import { connectWire } from "../../helpers/gateway/wire-client.ts";
import { accessIn, CALLERS, type Caller } from "../../reference/access.ts";

const GUIDE = new URL("../../../assets/docs/en/protocol.md", import.meta.url);
/** No method takes it: who is let in is told so, and nothing is done. */
const NOTHING = { noMethodTakesThis: 1 };

test.describe("who may call what", () => {
  const documented = accessIn(readFileSync(GUIDE, "utf8"));

  for (const [caller, { role, scopes }] of Object.entries(CALLERS)) {
    test(`is for ${caller} what the guide says, for every method`, async ({ start }) => {
      const { client, hello } = await connectWire((await start()).port, { role, scopes: [...scopes] });
      const methods = Object(hello.features).methods as string[];

      const allowed: string[] = [];
      const refusals = new Set<unknown>();
      for (const method of methods) {
        const code = codeOf(await client.request(method, NOTHING));
        if (code === "MISSING_SCOPE" || code === "ROLE_FORBIDDEN") refusals.add(code);
        else allowed.push(method);
      }

      expect([...documented.keys()]).toEqual([...methods].sort());
      const expected = methods.filter((method) => documented.get(method)?.includes(caller as Caller));
      expect(allowed).toEqual(expected);
      const isRoleAlone = caller === "admin" || role === "node";
      expect([...refusals].sort()).toEqual(
        isRoleAlone ? ["ROLE_FORBIDDEN"] : ["MISSING_SCOPE", "ROLE_FORBIDDEN"],
      );
    });
  }

  test("is for what does not exist what it is for the owner alone", async ({ start }) => {
    const { port } = await start();
    const asked = async ({ role, scopes }: (typeof CALLERS)[Caller]) => {
      const { client } = await connectWire(port, { role, scopes: [...scopes] });
      return codeOf(await client.request("no.such.method", {}));
    };

    expect(await asked(CALLERS.write)).toBe("MISSING_SCOPE");
    expect(await asked(CALLERS.node)).toBe("ROLE_FORBIDDEN");
    expect(await asked(CALLERS.admin)).toBe("METHOD_UNKNOWN");
  });
});

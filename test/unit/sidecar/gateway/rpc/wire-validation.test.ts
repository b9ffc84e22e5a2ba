import { expect, test } from "@playwright/test";
import * as z from "zod";
import { ConnectParams } from "../../../../../shared/protocol/handshake.ts";
import { logsMethods } from "../../../../../shared/protocol/methods/logs.ts";
import { wireValidationText } from "../../../../../sidecar/gateway/rpc/wire-validation.ts";

function textFor(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? "" : wireValidationText(parsed.error, schema);
}

const CLIENT = { id: "cli", version: "1", platform: "linux", mode: "cli" };
const CONNECT = { minProtocol: 3, maxProtocol: 3, client: CLIENT };

test.describe("wireValidationText", () => {
  for (const [what, value, text] of [
    ["no object at all", undefined, "must be object"],
    ["a list", [], "must be object"],
    [
      "a missing property at two levels",
      { maxProtocol: 3, client: { id: "cli", platform: "linux", mode: "cli" } },
      "must have required property 'minProtocol'; at /client: must have required property 'version'",
    ],
    [
      "a missing enumerated property",
      { ...CONNECT, client: { id: "cli", version: "1", platform: "linux" } },
      "at /client: must have required property 'mode'",
    ],
    [
      "an unexpected property at two levels",
      { ...CONNECT, foo: 1, client: { ...CLIENT, bar: 2 } },
      "at root: unexpected property 'foo'; at /client: unexpected property 'bar'",
    ],
    [
      "an unknown literal",
      { ...CONNECT, client: { ...CLIENT, id: "my-client" } },
      "at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf",
    ],
    [
      "an empty string",
      { ...CONNECT, client: { ...CLIENT, version: "" } },
      "at /client/version: must NOT have fewer than 1 characters",
    ],
    ["a wrong type", { ...CONNECT, scopes: "all" }, "at /scopes: must be array"],
    ["a wrong type in a list", { ...CONNECT, scopes: ["a", 1] }, "at /scopes/1: must be string"],
    ["a fraction for an integer", { ...CONNECT, minProtocol: 2.5 }, "at /minProtocol: must be integer"],
    ["a number below its minimum", { ...CONNECT, minProtocol: 0 }, "at /minProtocol: must be >= 1"],
    ["null for an object", { ...CONNECT, client: null }, "at /client: must be object"],
    [
      "a name with slashes in a map",
      { ...CONNECT, permissions: { "a/b~c": "yes" } },
      "at /permissions/a~1b~0c: must be boolean",
    ],
  ] as const) {
    test(`describes ${what}`, () => {
      expect(textFor(ConnectParams, value)).toBe(text);
    });
  }

  test("reports every finding once, missing before unexpected before wrong", () => {
    const schema = z.strictObject({ a: z.string(), b: z.int(), c: z.array(z.string().min(2)) });

    expect(textFor(schema, { b: "1", c: ["x", "y"], d: 1 })).toBe(
      "must have required property 'a'; at root: unexpected property 'd'; at /b: must be integer; " +
        "at /c/0: must NOT have fewer than 2 characters; at /c/1: must NOT have fewer than 2 characters",
    );
  });

  test("describes the bounds of logs.tail in the order of the schema", () => {
    const { params } = logsMethods["logs.tail"];

    expect(textFor(params, { limit: 0, cursor: -1, maxBytes: 2_000_000 })).toBe(
      "at /cursor: must be >= 0; at /limit: must be >= 1; at /maxBytes: must be <= 1000000",
    );
  });

  test("names the limit of lists that are too long", () => {
    expect(textFor(z.object({ tags: z.array(z.string()).max(1) }), { tags: ["a", "b"] })).toBe(
      "at /tags: must NOT have more than 1 items",
    );
  });
});

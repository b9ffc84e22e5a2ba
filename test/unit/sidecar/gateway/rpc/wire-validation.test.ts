import { expect, test } from "@playwright/test";
import fc from "fast-check";
import * as z from "zod";
import { ConnectParams } from "../../../../../shared/protocol/handshake.ts";
import { gatewayMethods } from "../../../../../shared/protocol/index.ts";
import { logsMethods } from "../../../../../shared/protocol/methods/logs.ts";
import { checkWire } from "../../../../../sidecar/gateway/rpc/wire-validation.ts";

function textFor(schema: z.ZodType, value: unknown): string {
  const checked = checkWire(schema, value);
  return checked.ok ? "" : checked.text;
}

const CLIENT = { id: "cli", version: "1", platform: "linux", mode: "cli" };
const CONNECT = { minProtocol: 3, maxProtocol: 3, client: CLIENT };

test.describe("checkWire", () => {
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

  test("S4: stops at five findings and says that there are more", () => {
    const unknown = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index]));

    expect(textFor(ConnectParams, { ...CONNECT, ...unknown })).toBe(
      `${[0, 1, 2, 3, 4].map((index) => `at root: unexpected property 'k${index}'`).join("; ")}; …`,
    );
  });

  for (const [what, value] of [
    [
      "long names of properties",
      Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`${n}${"x".repeat(9_000)}`, 1])),
    ],
    [
      "long names in a map",
      { permissions: Object.fromEntries([1, 2, 3].map((n) => [`${n}${"/".repeat(1_900)}`, 1])) },
    ],
    ["a list of thousands", { scopes: Array(3_000).fill(1) }],
    [
      "a map of thousands",
      { permissions: Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [n, 1])) },
    ],
  ] as const) {
    test(`S4: describes ${what} within a kilobyte`, () => {
      const text = textFor(ConnectParams, { ...CONNECT, ...value });

      expect(text.length).toBeGreaterThan(20);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
    });
  }

  test("S4: repeats no name in a way that could drive a terminal", () => {
    const name = "a\u001b[31mb\u202ec\n";

    expect(textFor(ConnectParams, { ...CONNECT, [name]: 1 })).toBe("at root: unexpected property 'abc'");
  });

  for (const schema of [z.strictObject({}), z.object({}), z.record(z.string(), z.unknown())]) {
    test(`S5: takes __proto__ for no name in a ${schema.def.type} that ${"catchall" in schema.def ? "lists" : "allows"} names`, () => {
      expect(textFor(schema, JSON.parse('{"__proto__":{"role":"admin"}}'))).toBe(
        "at root: unexpected property '__proto__'",
      );
    });
  }

  test("finds something in exactly the values that zod refuses", () => {
    const params = Object.values(gatewayMethods).map((contract) => contract.params);
    const property = fc.property(fc.constantFrom(ConnectParams, ...params), hostile(), (schema, value) => {
      return checkWire(schema, value).ok === schema.safeParse(value).success || holdsProto(value);
    });

    fc.assert(property, { numRuns: 5_000 });
  });
});

/** Parameters of all kinds, near what the contract asks for and far from it. */
function hostile(): fc.Arbitrary<unknown> {
  const text = fc.oneof(fc.constantFrom("", "operator", "cli", "linux", "req"), fc.string({ maxLength: 20 }));
  const scalar = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const names = fc.constantFrom(
    ...[
      "minProtocol",
      "maxProtocol",
      "client",
      "id",
      "version",
      "platform",
      "mode",
      "scopes",
      "auth",
      "token",
    ],
    ...["deviceId", "role", "requestId", "limit", "cursor", "text", "tags", "permissions", "device", "probe"],
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie("value"), { maxLength: 4 }), tie("object")),
    object: fc.dictionary(fc.oneof(names, fc.string({ maxLength: 5 })), tie("value"), { maxKeys: 6 }),
  }));
  const good = fc.constantFrom(CONNECT, { ...CONNECT, permissions: { a: true }, scopes: ["operator.read"] });
  return fc.oneof(
    value,
    fc.tuple(good, value).map(([base, extra]) => Object.assign({}, base, extra)),
  );
}

function holdsProto(value: unknown): boolean {
  return JSON.stringify(value).includes('"__proto__"');
}

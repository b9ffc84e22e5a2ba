import { expect, test } from "@playwright/test";
import { removeSecrets, withoutSecretValues } from "../../../tray/redact.ts";

test.describe("removeSecrets", () => {
  test("removes the secrets we know wherever they stand", () => {
    const text = 'open http://127.0.0.1/#token=s3cret-1 and "s3cret-2"';

    expect(removeSecrets(text, ["s3cret-1", "s3cret-2", undefined])).toBe(
      'open http://127.0.0.1/#token=*** and "***"',
    );
  });

  for (const [text, expected] of [
    ['{"token":"abc","port":1}', '{"token":***,"port":1}'],
    ["password = hunter2, next", "password = ***, next"],
    ["gateway --token abc --verbose", "gateway --token *** --verbose"],
    ["Authorization: Bearer abc.def", "Authorization: Bearer ***"],
    ["OPENAI_API_KEY=sk-1 OTHER=2", "OPENAI_API_KEY=*** OTHER=2"],
    ["apiKey: 'abc'", "apiKey: ***"],
    ["open http://h:1/#code=a-b_c now", "open http://h:1/#code=*** now"],
  ] as const) {
    test(`removes what looks like one in ${text}`, () => {
      expect(removeSecrets(text, [])).toBe(expected);
    });
  }

  test("leaves ordinary text and very short values alone", () => {
    expect(removeSecrets("the token was refused", ["to"])).toBe("the token was refused");
  });
});

test.describe("withoutSecretValues", () => {
  test("replaces values under the names of secrets at any depth and keeps the rest", () => {
    const config = {
      gateway: { port: 1, auth: { mode: "token", token: "abc", password: "def" } },
      list: [{ apiKey: "ghi", name: "x" }],
    };

    expect(withoutSecretValues(config)).toEqual({
      gateway: { port: 1, auth: { mode: "token", token: "***", password: "***" } },
      list: [{ apiKey: "***", name: "x" }],
    });
  });
});

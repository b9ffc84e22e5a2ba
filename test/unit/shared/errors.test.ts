import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import {
  BugError,
  ERROR_CODES,
  errorText,
  plainText,
  quoted,
  RequestError,
  SetupError,
  systemCode,
  WIRE_CODES,
} from "../../../shared/errors.ts";
import { APP_VERSION } from "../../../shared/version.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const THROWN = /new (?:RequestError|AuthError|UnavailableError|SetupError)\(\s*"([A-Z_]+)"/g;

/** Where a gateway makes refusals, whoever throws them. */
const SENT = /(?:refuse|refusal|wireError|new (?:RequestError|AuthError|UnavailableError))\(\s*"([A-Z_]+)"/g;

function sources(): string {
  return textOf(["shared", "sidecar", "tray"]);
}

function textOf(folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && entry.name !== "errors.ts")
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
    )
    .join("\n");
}

test.describe("the table of error codes", () => {
  const text = sources();

  for (const [code, meaning] of Object.entries(ERROR_CODES)) {
    test(`${code} is used and says what happened`, () => {
      const isUsed = code === "INVARIANT" ? text.includes("new BugError(") : text.includes(`"${code}"`);

      expect(isUsed).toBe(true);
      expect(meaning).toMatch(/^[a-z].*[^.]$/);
    });
  }

  test("P3: says what each code means that a gateway sends, and each is sent or read from a sentence", () => {
    const gateway = textOf([
      "sidecar/gateway",
      "sidecar/channels",
      "sidecar/nodes",
      "sidecar/assistant",
      "sidecar/base/store",
    ]);
    // Read from a sentence, and of parts that the gateway loads late.
    const elsewhere = ["shared/client/legacy-refusals.ts", "shared/node/part.ts"]
      .map((file) => readFileSync(join(ROOT, file), "utf8"))
      .join("\n");

    const unknown = [...gateway.matchAll(SENT)].filter(([, code = ""]) => !(code in WIRE_CODES));
    const unused = Object.keys(WIRE_CODES)
      .filter((code) => code !== "INVARIANT")
      .filter((code) => !gateway.includes(`"${code}"`) && !elsewhere.includes(`"${code}"`));

    expect([...gateway.matchAll(SENT)].length).toBeGreaterThan(20);
    expect(unknown.map(([, code]) => code)).toEqual([]);
    expect(unused).toEqual([]);
  });

  test("P3: has a meaning of its own for every code", () => {
    const meanings = Object.values(ERROR_CODES);

    expect(meanings.filter((meaning, index) => meanings.indexOf(meaning) !== index)).toEqual([]);
  });

  test("holds every code that is thrown", () => {
    const thrown = [...text.matchAll(THROWN)].map((match) => match[1] ?? "");

    expect(thrown.length).toBeGreaterThan(20);
    expect(thrown.filter((code) => !(code in ERROR_CODES))).toEqual([]);
  });
});

test.describe("CodedError", () => {
  test("carries code, details, cause and the name of its class", () => {
    const cause = new Error("first");
    const error = new SetupError("PORT_IN_USE", "taken", { cause, details: { port: 1 }, fix: "use another" });

    expect(error).toMatchObject({
      name: "SetupError",
      code: "PORT_IN_USE",
      message: "taken",
      details: { port: 1 },
      fix: "use another",
    });
    expect(error.cause).toBe(cause);
  });

  test("has no cause where none was given", () => {
    expect("cause" in new RequestError("USAGE", "x")).toBe(false);
    expect(new BugError("broken").code).toBe("INVARIANT");
  });
});

test.describe("errorText and systemCode", () => {
  test("read anything that can be thrown", () => {
    expect(errorText(new Error("a\n  b"))).toBe("a b");
    expect(errorText("plain")).toBe("plain");
    expect(errorText(undefined)).toBe("undefined");
    expect(systemCode(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
    expect(systemCode(new SetupError("SERVICE_REFUSED", "x"))).toBeUndefined();
    for (const thrown of [null, undefined, "ENOENT", { code: 5 }, new Error("x")]) {
      expect(systemCode(thrown)).toBeUndefined();
    }
  });
});

test.describe("versions", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

  test("are those of package.json", () => {
    expect(APP_VERSION).toBe(manifest.version);
  });
});

test.describe("plainText", () => {
  test("S4: looks at no more of a text than it keeps", () => {
    expect(plainText("a".repeat(1_000_000), 10)).toBe(`${"a".repeat(9)}…`);
    expect(plainText("\u202e".repeat(1_000_000), 10)).toBe("…");
    expect(plainText("ten letter", 10)).toBe("ten letter");
  });

  test("leaves no half of a character", () => {
    expect(plainText("a\ud83db", 10)).toBe("ab");
  });
});

test.describe("quoted", () => {
  test("keeps a text readable and harmless for a terminal", () => {
    expect(quoted("grüße")).toBe('"grüße"');
    expect(quoted("a\u001b[31mb\u001b]0;t\u0007\r\n\u009b2Jc\u202ed\u2028e")).toBe('"ab]0;t2Jcde"');
    expect(quoted("😀".repeat(80))).toBe(`"${"😀".repeat(80)}"`);
    expect(quoted("😀".repeat(81))).toBe(`"${"😀".repeat(79)}…"`);
  });
});

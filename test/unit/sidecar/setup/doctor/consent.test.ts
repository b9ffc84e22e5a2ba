import { expect, test } from "@playwright/test";
import {
  type ConsentOptions,
  consentFor,
  type Standing,
  TOKEN_MISSING,
} from "../../../../../sidecar/setup/doctor/consent.ts";

const NONE: ConsentOptions = {
  fix: false,
  yes: false,
  force: false,
  nonInteractive: false,
  generateToken: false,
};

const TABLE: [
  what: string,
  options: Partial<ConsentOptions>,
  Record<"safe" | "change" | "drastic", Standing>,
][] = [
  ["without options", {}, { safe: "ask", change: "ask", drastic: "forbidden" }],
  ["with --force alone", { force: true }, { safe: "ask", change: "ask", drastic: "ask" }],
  ["with --fix", { fix: true }, { safe: "allowed", change: "allowed", drastic: "forbidden" }],
  ["with --yes", { yes: true }, { safe: "allowed", change: "allowed", drastic: "forbidden" }],
  [
    "with --fix --force",
    { fix: true, force: true },
    { safe: "allowed", change: "allowed", drastic: "allowed" },
  ],
  [
    "with --non-interactive",
    { nonInteractive: true },
    { safe: "allowed", change: "forbidden", drastic: "forbidden" },
  ],
  [
    "with --fix --force --non-interactive",
    { fix: true, force: true, nonInteractive: true },
    { safe: "allowed", change: "forbidden", drastic: "forbidden" },
  ],
];

test.describe("consentFor", () => {
  for (const [what, options, expected] of TABLE) {
    for (const [kind, standing] of Object.entries(expected) as ["safe", Standing][]) {
      test(`${what}, a ${kind} repair: ${standing}`, () => {
        expect(consentFor({ code: "any" }, { kind }, { ...NONE, ...options })).toBe(standing);
      });
    }
  }

  test("with --generate-gateway-token, that repair and no other", () => {
    const options = { ...NONE, generateToken: true, nonInteractive: true };

    expect(consentFor({ code: TOKEN_MISSING }, { kind: "change" }, options)).toBe("allowed");
    expect(consentFor({ code: "gateway-mode-unset" }, { kind: "change" }, options)).toBe("forbidden");
  });
});

import { expect, test } from "@playwright/test";
import { type Answer, UNASKED } from "../../../../../../sidecar/cli/gateway/probe/ask.ts";
import {
  distinctGateways,
  type Probed,
  probeDocument,
} from "../../../../../../sidecar/cli/gateway/probe/report.ts";

const probed = (kind: Probed["kind"], answer: Partial<Answer>, active = false): Probed => ({
  kind,
  url: `ws://${kind}`,
  active,
  tunnel: null,
  answer: { ...UNASKED, ...answer },
});
const up = { ok: true, reachable: true };

test.describe("gateways behind several addresses", () => {
  test("are one when they share an identity, also through a third address", () => {
    const list = [
      probed("explicit", { ...up, identities: ["a"] }),
      probed("sshTunnel", { ...up, identities: ["b", "a"] }),
      probed("localLoopback", { ...up, identities: ["b"] }),
    ];

    expect(distinctGateways(list)).toEqual([["explicit", "sshTunnel", "localLoopback"]]);
  });

  test("are several when they share none; those that do not answer do not count", () => {
    const list = [
      probed("explicit", { ...up, identities: ["a"] }),
      probed("configRemote", { identities: ["c"] }),
      probed("localLoopback", { ...up, identities: ["b"] }),
    ];

    expect(distinctGateways(list)).toEqual([["explicit"], ["localLoopback"]]);
  });
});

test.describe("the document of a probe", () => {
  const findings = {
    startedAtMs: 1,
    durationMs: 2,
    timeoutMs: 3,
    warnings: [],
    network: { localLoopbackUrl: "ws://127.0.0.1:1", localTailnetUrl: null, tailnetIPv4: null },
    discovery: null,
  };
  const documentOf = (list: Probed[]) => probeDocument({ ...findings, probed: list });

  test("has exactly the promised keys", () => {
    const document = documentOf([probed("localLoopback", up)]);

    expect(Object.keys(document)).toEqual([
      "ok",
      "ts",
      "durationMs",
      "timeoutMs",
      "primaryTargetId",
      "warnings",
      "network",
      "discovery",
      "targets",
    ]);
    expect(Object.keys((document.targets as object[])[0] ?? {})).toEqual([
      "id",
      "kind",
      "url",
      "active",
      "tunnel",
      "connect",
      "self",
      "config",
      "health",
      "summary",
      "presence",
    ]);
  });

  for (const [what, list, primary, ok] of [
    [
      "one that takes us",
      [probed("explicit", { reachable: true }), probed("localLoopback", up)],
      "localLoopback",
      true,
    ],
    ["the named one of two", [probed("localLoopback", up), probed("explicit", up)], "explicit", true],
    [
      "one that refuses us",
      [probed("configRemote", {}), probed("localLoopback", { reachable: true })],
      "localLoopback",
      true,
    ],
    [
      "the active one of those that are silent",
      [probed("configRemote", {}), probed("localLoopback", {}, true)],
      "localLoopback",
      false,
    ],
  ] as const) {
    test(`makes ${what} the primary target`, () => {
      expect(documentOf([...list])).toMatchObject({ ok, primaryTargetId: primary });
    });
  }
});

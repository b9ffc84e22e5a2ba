import { expect, test } from "@playwright/test";
import type { Link } from "../../../../../sidecar/ui/store.ts";
import { de } from "../../../../../sidecar/ui/texts/de.ts";
import { en } from "../../../../../sidecar/ui/texts/en.ts";
import { headlineOf } from "../../../../../sidecar/ui/views/status-view.ts";

test.describe("headlineOf", () => {
  const cases: [link: Link, english: string, german: string][] = [
    [{ kind: "connecting" }, "Connecting", "Verbindet"],
    [{ kind: "connecting", absence: "stopped" }, "Gateway stopped", "Gateway gestoppt"],
    [{ kind: "connected" }, "Running", "Läuft"],
    [{ kind: "waiting", absence: "lost", retryAtMs: 0 }, "Connection lost", "Verbindung verloren"],
    [{ kind: "waiting", absence: "restarting", retryAtMs: 0 }, "Restarting", "Startet neu"],
    [{ kind: "secret-missing" }, "Connect to your gateway", "Mit dem Gateway verbinden"],
    [
      { kind: "refused", refusal: { kind: "pairing" } },
      "This browser waits for approval",
      "Dieser Browser wartet auf Freigabe",
    ],
  ];
  for (const [link, english, german] of cases) {
    test(`calls ${JSON.stringify(link)} "${english}"`, () => {
      expect([headlineOf(link, en), headlineOf(link, de)]).toEqual([english, german]);
    });
  }
});

import { expect, test } from "@playwright/test";
import { presentClients } from "../../../../../sidecar/ui/views/clients-view.ts";

test("presentClients leaves out the gateway itself and clients that left", () => {
  const presence = [
    { host: "box", mode: "gateway", reason: "self", ts: 4 },
    { host: "Dashboard", mode: "webchat", reason: "connect", ts: 3 },
    { host: "gone", mode: "backend", reason: "disconnect", ts: 2 },
    { host: "laptop", mode: "ui", reason: "periodic", ts: 1 },
  ];

  expect(presentClients(presence).map(({ host }) => host)).toEqual(["Dashboard", "laptop"]);
});

import { join } from "node:path";
import { expect } from "@playwright/test";
import type { BindMode } from "../../../shared/config/schema.ts";
import { readFacts } from "../../../shared/node/run-state.ts";
import { NETWORKS, networkReason, type Place, test } from "../../helpers/network/namespaces.ts";

test.skip(networkReason() !== undefined, networkReason() ?? "");

const PORT = 18_789;
const SECRETS = {
  none: {},
  token: { token: "the-token-of-the-table" },
  password: { password: "the-pässword-of-tests" },
} as const;
const PLACES = ["machine", "lan", "tailnet", "foreign"] as const;

/** Who reaches the gateway in each mode with a secret, and what happens without one. */
const INTENDED: Record<BindMode, { withSecret: readonly Place[]; without: readonly Place[] | "refused" }> = {
  loopback: { withSecret: ["machine"], without: ["machine"] },
  lan: { withSecret: ["machine", "lan", "tailnet", "foreign"], without: "refused" },
  tailnet: { withSecret: ["machine", "tailnet"], without: "refused" },
  auto: { withSecret: ["machine", "lan", "tailnet", "foreign"], without: ["machine"] },
  custom: { withSecret: ["machine", "lan"], without: "refused" },
};

/** The address of the gateway's machine as seen from a place. */
const addressFrom = (place: Place) => (place === "machine" ? "127.0.0.1" : NETWORKS[place].machine);

test.describe("who reaches the gateway", () => {
  for (const bind of Object.keys(INTENDED) as BindMode[]) {
    for (const [secret, auth] of Object.entries(SECRETS)) {
      test(`bind ${bind} with ${secret === "none" ? "no secret" : `a ${secret}`}`, async ({
        world,
        home,
      }) => {
        const gateway = { mode: "local", port: PORT, bind, customBindHost: NETWORKS.lan.machine, auth };
        home.writeConfig({ gateway });
        const process = world.gateway(["gateway", "--allow-unconfigured"], { env: home.env() });
        try {
          const intended = INTENDED[bind][secret === "none" ? "without" : "withSecret"];
          if (intended === "refused") {
            const { code, stderr } = await process.ended;
            expect({ code, stderr }).toEqual({
              code: 1,
              stderr: expect.stringContaining(`Refusing to bind gateway to ${bind} without auth.`),
            });
            return;
          }
          await process.waitFor(/✓ log file: /);
          const seen = await Promise.all(
            PLACES.map(async (place) => {
              const at = { host: addressFrom(place), port: PORT };
              const [anonymous, known] = await world.ask(place, [at, { ...at, auth }]);
              return { place, anonymous, known };
            }),
          );

          const reached = seen.filter(({ known }) => known?.reached).map(({ place }) => place);
          expect(reached).toEqual(intended);
          for (const { place, anonymous, known } of seen) {
            if (!intended.includes(place)) {
              expect([anonymous?.connect, known?.connect], place).toEqual(["unreached", "unreached"]);
              continue;
            }
            const local = place === "machine";
            const open = secret === "none";
            expect(anonymous?.connect, place).toMatch(open ? /^in$/ : new RegExp(`${secret} missing`));
            expect(known?.connect, place).toBe(local ? "in" : "pairing required");
            expect(known?.details, place).toBe(local);
          }
        } finally {
          await process.stop();
        }
      });
    }
  }

  test("row 19: a tailnet that comes up later gets its listener, and loopback serves meanwhile", async ({
    world,
    home,
  }) => {
    world.address("del", "tailnet");
    home.writeConfig({
      gateway: { mode: "local", port: PORT, bind: "tailnet", auth: { token: "the-token-of-the-table" } },
    });
    const process = world.gateway(["gateway", "--verbose"], { env: home.env(), timeoutMs: 55_000 });
    let given = false;
    try {
      await process.waitFor(/✓ log file: /);
      const [meanwhile] = await world.ask("machine", [{ host: "127.0.0.1", port: PORT }]);
      world.address("add", "tailnet");
      given = true;
      await process.waitFor(/tailnet address found, listening/);
      const at = { host: NETWORKS.tailnet.machine, port: PORT, auth: { token: "the-token-of-the-table" } };
      const [later] = await world.ask("tailnet", [at]);
      const [foreign] = await world.ask("foreign", [{ ...at, host: NETWORKS.foreign.machine }]);

      expect(process.output().stderr).toContain("no tailnet address yet; listening on 127.0.0.1");
      expect(meanwhile).toMatchObject({ reached: true });
      expect(later).toEqual({ reached: true, details: false, connect: "pairing required" });
      expect(foreign?.reached).toBe(false);
      expect(readFacts(join(home.stateDir, "run", "gateway.json"))?.hosts).toContain(
        NETWORKS.tailnet.machine,
      );
    } finally {
      await process.stop();
      if (!given) world.address("add", "tailnet");
    }
  });
});

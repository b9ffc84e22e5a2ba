import { createServer } from "node:net";
import { expect } from "@playwright/test";
import { isThisMachine, whoIsMet } from "../../../../../shared/node/gateway/holder.ts";
import { vouchFor } from "../../../../../shared/node/gateway/vouch.ts";
import { type TempHome, test } from "../../../../helpers/home/temp-home.ts";
import { freePort } from "../../../../helpers/network/ports.ts";

const sockets = (...addresses: string[]) => addresses.map((address) => ({ address }));

test.describe("whoIsMet", () => {
  for (const [host, listening, met] of [
    ["127.0.0.1", ["127.0.0.1", "0.0.0.0", "::"], ["127.0.0.1"]],
    ["127.0.0.1", ["0.0.0.0", "::"], ["0.0.0.0"]],
    ["127.0.0.1", ["::"], ["::"]],
    ["127.0.0.1", ["::1", "192.168.1.5"], []],
    ["::1", ["127.0.0.1", "0.0.0.0", "::"], ["::"]],
    ["::1", ["::1", "::"], ["::1"]],
    ["192.168.1.5", ["127.0.0.1", "0.0.0.0"], ["0.0.0.0"]],
    ["localhost", ["127.0.0.1", "::1"], ["127.0.0.1", "::1"]],
    ["localhost", ["::"], ["::"]],
    ["127.0.0.1", [], []],
  ] as const) {
    test(`S1: a connection to ${host} ends at ${met.join(" or ") || "nobody"} of ${listening.join(", ") || "nobody"}`, () => {
      expect(whoIsMet(sockets(...listening), host).map(({ address }) => address)).toEqual(met);
    });
  }
});

test.describe("isThisMachine", () => {
  for (const [host, isHere] of [
    ["localhost", true],
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["127.0.0.1.example.org", false],
    ["192.0.2.1", false],
  ] as const) {
    test(`takes ${host} for ${isHere ? "this machine" : "another one"}`, () => {
      expect(isThisMachine(host)).toBe(isHere);
    });
  }
});

test.describe("vouchFor", () => {
  const paths = (home: TempHome) => ({ factsFile: `${home.stateDir}/run/gateway.json` });

  test("S1: vouches for a program of this user, also the second time", async ({ home }) => {
    const { server, port } = await listen();
    const vouch = vouchFor({ host: "127.0.0.1", port }, paths(home), process.platform);

    await vouch();
    await vouch();

    server.close();
  });

  test("S1: vouches for nobody who came between the look and the secret", async ({ home }) => {
    const port = await freePort();
    const vouch = vouchFor({ host: "127.0.0.1", port }, paths(home), process.platform);
    await vouch();

    const { server } = await listen(port);
    const second = vouch();

    await expect(second).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    server.close();
  });

  test("S1: vouches for no other socket than the one it looked at", async ({ home }) => {
    const first = await listen();
    const { port } = first;
    const vouch = vouchFor({ host: "127.0.0.1", port }, paths(home), process.platform);
    await vouch();
    await new Promise((resolve) => first.server.close(resolve));

    const { server } = await listen(port);
    const second = vouch();

    await expect(second).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    server.close();
  });
});

function listen(wanted = 0): Promise<{ server: ReturnType<typeof createServer>; port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" ? (address?.port ?? 0) : 0 });
    });
  });
}

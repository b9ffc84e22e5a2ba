import { expect, test } from "@playwright/test";
import { parseProcNet } from "../../../../../shared/node/listeners/linux.ts";

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const row = (local: string, state: string, uid: number, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000000000000000 100 0 0 10 0`;

test.describe("parseProcNet", () => {
  test("finds the listening socket of a port with its owner", () => {
    const text = [HEAD, row("0100007F:4965", "0A", 1000, 41), row("00000000:0016", "0A", 0, 42), ""].join(
      "\n",
    );

    const sockets = parseProcNet(text, 18_789, "LE");

    expect(sockets).toEqual([{ address: "127.0.0.1", uid: 1000, inode: "41" }]);
  });

  test("leaves out connections from and to the port", () => {
    const text = [HEAD, row("0100007F:4965", "01", 1000, 41), row("0100007F:4965", "06", 0, 0)].join("\n");

    expect(parseProcNet(text, 18_789, "LE")).toEqual([]);
  });

  for (const [hex, address] of [
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000001000000", "::1"],
    ["0000000000000000FFFF00000100007F", "127.0.0.1"],
    ["B80D0120000000000000000001000000", "2001:db8::1"],
  ]) {
    test(`writes ${hex} as ${address}`, () => {
      const text = [HEAD, row(`${hex}:4965`, "0A", 0, 7)].join("\n");

      expect(parseProcNet(text, 18_789, "LE").map((socket) => socket.address)).toEqual([address]);
    });
  }

  test("reads the words of a big-endian machine as they stand", () => {
    const text = [HEAD, row("7F000001:4965", "0A", 0, 7)].join("\n");

    expect(parseProcNet(text, 18_789, "BE").map((socket) => socket.address)).toEqual(["127.0.0.1"]);
  });
});

import { expect, test } from "@playwright/test";
import {
  DEVICE_ROWS,
  type DeviceSlots,
  NO_DEVICES,
  seated,
  type WaitingDevice,
} from "../../../../tray/model/waiting-devices.ts";

const device = (requestId: string): WaitingDevice => ({ requestId, name: requestId, from: null });
const seats = ({ places }: DeviceSlots) => places.map((each) => each?.requestId ?? "-").join("");
/** One list after the other, each as letters. */
const after = (...lists: string[]) =>
  lists.reduce((slots, list) => seated(slots, [...list].map(device)), NO_DEVICES);

test.describe("the places of devices that wait", () => {
  test("are given in the order they came, and to no more than there are", () => {
    expect(seats(after(""))).toBe("-".repeat(DEVICE_ROWS));
    expect(seats(after("ab"))).toBe("ab-");
    expect(seats(after("abcd"))).toBe("abc");
  });

  test("are kept while somebody waits, wherever it stands in the list", () => {
    expect(seats(after("abc", "cb"))).toBe("-bc");
    expect(seats(after("abcd", "bcd"))).toBe("dbc");
  });

  test("are given away last when they became free just now", () => {
    expect(seats(after("a", "b"))).toBe("-b-");
    expect(seats(after("a", "b", "c"))).toBe("--c");
    expect(seats(after("a", "b", "c", "d"))).toBe("d--");
  });
});

import { expect, test } from "@playwright/test";
import { sourceOf } from "../../../../../sidecar/gateway/auth/source.ts";
import { WaitingRoom } from "../../../../../sidecar/gateway/connection/waiting-room.ts";

function setUp() {
  const gone: string[] = [];
  const room = new WaitingRoom<string>({ perSource: 3, strangers: 5, thisMachine: 4 }, (guest) =>
    gone.push(guest),
  );
  const enter = (address: string, ...guests: string[]) => {
    for (const guest of guests) room.enter(guest, sourceOf(address));
  };
  return { room, enter, gone };
}

test.describe("WaitingRoom", () => {
  test("S6: turns away the oldest of a source that has too many, and of no other", () => {
    const { enter, gone } = setUp();
    enter("192.0.2.1", "a");

    enter("2001:db8::1", "x1", "x2");
    enter("2001:db8::2", "x3", "x4");

    expect(gone).toEqual(["x1"]);
  });

  test("S6: turns away the oldest of the largest crowd when strangers fill the room together", () => {
    const { enter, gone } = setUp();
    enter("192.0.2.1", "a");
    enter("192.0.2.2", "x1", "x2", "x3");

    enter("192.0.2.3", "b", "c");

    expect(gone).toEqual(["x1"]);
  });

  test("S6: has a room of its own for this machine, where the newest always finds a place", () => {
    const { enter, gone } = setUp();
    enter("192.0.2.1", "x1", "x2", "x3");
    enter("192.0.2.2", "y1", "y2");

    enter("127.0.0.1", "a", "b", "c", "d", "e");

    expect(gone).toEqual(["a"]);
  });

  test("does not count who has left", () => {
    const { room, enter, gone } = setUp();

    for (let index = 0; index < 20; index += 1) {
      enter("192.0.2.1", `x${index}`);
      room.leave(`x${index}`);
      room.leave(`x${index}`);
    }

    expect(gone).toEqual([]);
  });
});

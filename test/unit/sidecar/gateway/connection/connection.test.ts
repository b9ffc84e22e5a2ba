import { EventEmitter } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import type { WebSocket } from "ws";
import { WIRE_LIMITS } from "../../../../../shared/protocol/frame.ts";
import { closeReason } from "../../../../../sidecar/gateway/connection/close-reason.ts";
import { Connection } from "../../../../../sidecar/gateway/connection/connection.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

/** A socket whose peer reads only when a test says so. */
class SlowSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  isPaused = false;
  closedWith: [number, string] | undefined;
  terminated = false;
  #sent: { bytes: number; done: unknown }[] = [];

  /** As `ws` has it: options may stand in the place of what is done afterwards. */
  send(message: string | Buffer, done?: unknown): void {
    this.bufferedAmount += message.length;
    this.#sent.push({ bytes: message.length, done });
  }
  /** The peer takes everything. */
  drain(): void {
    for (const { bytes, done } of this.#sent.splice(0)) {
      this.bufferedAmount -= bytes;
      if (typeof done === "function") done();
    }
  }
  pongs = 0;
  pong(): void {
    this.pongs += 1;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  close(code: number, reason: string): void {
    this.closedWith = [code, reason];
    this.readyState = 2;
  }
  terminate(): void {
    this.terminated = true;
    this.readyState = 3;
    this.emit("close", 1006);
  }
  get sentCount(): number {
    return this.#sent.length;
  }
}

function stage() {
  const clock = new FakeClock();
  const socket = new SlowSocket();
  const origin = { ip: "127.0.0.1", local: true, localDirect: true, untrustedProxy: false };
  const connection = new Connection("c1", socket as unknown as WebSocket, origin, {
    state: { kind: "awaiting-connect", challenge: "n", deadline: { dispose: () => {} } },
    clock,
  });
  return { clock, socket, connection };
}

const FULL = "x".repeat(WIRE_LIMITS.maxBufferedBytes + 1);

test.describe("a connection whose peer does not read", () => {
  test("is not read from while its answers wait, and is again once half of them are taken", () => {
    const { socket, connection } = stage();

    connection.send(FULL);
    expect(socket.isPaused).toBe(true);
    socket.drain();

    expect(socket.isPaused).toBe(false);
  });

  test("is closed as a slow consumer when nothing was taken for thirty seconds", () => {
    const { clock, socket, connection } = stage();
    connection.send(FULL);

    clock.advance(29_999);
    expect(socket.closedWith).toBeUndefined();
    clock.advance(1);

    expect(socket.closedWith).toEqual([1008, "slow consumer"]);
  });

  test("is left alone when it recovers in time", () => {
    const { clock, socket, connection } = stage();
    connection.send(FULL);

    clock.advance(29_000);
    socket.drain();
    clock.advance(60_000);

    expect(socket.closedWith).toBeUndefined();
  });

  test("misses events that may be dropped and is closed for one that may not", () => {
    const { socket, connection } = stage();
    connection.sendEvent(Buffer.from(FULL), "droppable");

    connection.sendEvent(Buffer.from("tick"), "droppable");
    expect([socket.sentCount, socket.closedWith]).toEqual([1, undefined]);
    connection.sendEvent(Buffer.from("health"), "critical");

    expect([socket.sentCount, socket.closedWith]).toEqual([1, [1008, "slow consumer"]]);
  });

  test("S3: is not slow as long as it has not taken its welcome, and is from then on", () => {
    const { socket, connection } = stage();
    connection.sendHello(FULL);

    connection.sendEvent(Buffer.from("health"), "critical");
    expect([socket.sentCount, socket.closedWith]).toEqual([1, undefined]);
    socket.drain();
    connection.sendEvent(Buffer.from(FULL), "droppable");
    connection.sendEvent(Buffer.from("health"), "critical");

    expect(socket.closedWith).toEqual([1008, "slow consumer"]);
  });

  test("S4: gets no answers to its pings while it leaves others unread", () => {
    const { socket, connection } = stage();
    socket.emit("ping", Buffer.from("1"));

    connection.sendEvent(Buffer.from("x".repeat(100_000)), "droppable");
    for (let index = 0; index < 1_000; index += 1) socket.emit("ping", Buffer.from("2"));

    expect(socket.pongs).toBe(1);
  });

  test("is destroyed two seconds after a close that it does not answer", () => {
    const { clock, socket, connection } = stage();

    connection.close(1012, "service restart");
    clock.advance(1_999);
    expect(socket.terminated).toBe(false);
    clock.advance(1);

    expect(socket.terminated).toBe(true);
  });
});

test.describe("the requests of a connection", () => {
  /** Requests that end when the test says so. */
  function requests(connection: Connection, count: number) {
    const ends: (() => void)[] = [];
    for (let index = 0; index < count; index += 1) {
      connection.perform(() => new Promise((resolve) => ends.push(resolve)));
    }
    return ends;
  }

  test("run thirty-two at a time, and nothing is read while others wait", async () => {
    const { socket, connection } = stage();

    const ends = requests(connection, 40);
    expect([ends.length, socket.isPaused]).toEqual([32, true]);
    for (const end of ends.splice(0, 8)) end();
    await setImmediate();

    expect([ends.length, socket.isPaused]).toEqual([32, false]);
  });

  test("wait while the peer does not read its answers", async () => {
    const { socket, connection } = stage();
    connection.send(FULL);

    const ends = requests(connection, 1);
    expect(ends).toHaveLength(0);
    socket.drain();

    expect(ends).toHaveLength(1);
  });

  test("S13: that wait are not performed any more once the connection is told to go", async () => {
    const { connection } = stage();
    const ends = requests(connection, 40);

    connection.close(1008, "credentials changed");
    for (const end of ends.splice(0)) end();
    await setImmediate();

    expect(ends).toEqual([]);
    expect(connection.aborted.signal.aborted).toBe(true);
  });

  test("that wait are forgotten with the connection", async () => {
    const { socket, connection } = stage();
    const ends = requests(connection, 40);

    socket.terminate();
    for (const end of ends.splice(0)) end();
    await setImmediate();

    expect(ends).toEqual([]);
  });
});

test.describe("a closed connection", () => {
  test("aborts what runs for it and takes nothing more", () => {
    const { clock, socket, connection } = stage();

    socket.terminate();
    connection.send("late");
    connection.sendEvent(Buffer.from("late"), "critical");

    expect(connection.aborted.signal.aborted).toBe(true);
    expect(connection.state).toEqual({ kind: "closing" });
    expect([socket.sentCount, clock.pending]).toEqual([0, 0]);
  });
});

test.describe("closeReason", () => {
  test("cuts at 120 bytes without splitting a character", () => {
    expect(closeReason("pairing required")).toBe("pairing required");
    expect(closeReason("x".repeat(200))).toBe("x".repeat(120));
    expect(closeReason(`${"x".repeat(119)}ü`)).toBe("x".repeat(119));
    expect(closeReason("€".repeat(50))).toBe("€".repeat(40));
  });
});

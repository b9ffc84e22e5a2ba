import { expect, test } from "@playwright/test";
import { SessionLine } from "../../../../../../sidecar/gateway/http/api/session-line.ts";

const patient = () => new AbortController().signal;

test.describe("the line of a session", () => {
  test("lets one in after the other, in the order they came", async () => {
    const line = new SessionLine();
    const order: number[] = [];
    const visit = async (number: number) => {
      const leave = await line.enter("one", patient());
      order.push(number);
      await Promise.resolve();
      order.push(-number);
      leave();
    };

    await Promise.all([visit(1), visit(2), visit(3)]);

    expect(order).toEqual([1, -1, 2, -2, 3, -3]);
  });

  test("keeps nobody waiting for another session, or behind somebody who gave up", async () => {
    const line = new SessionLine();
    const first = await line.enter("one", patient());
    const impatient = new AbortController();

    const other = await line.enter("two", patient());
    const second = line.enter("one", impatient.signal);
    const third = line.enter("one", patient());
    impatient.abort();
    (await second)();
    first();

    expect(await third).toBeInstanceOf(Function);
    other();
  });
});

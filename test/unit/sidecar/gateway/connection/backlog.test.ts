import { expect, test } from "@playwright/test";
import { furthestBehind } from "../../../../../sidecar/gateway/connection/backlog.ts";

const clients = (...sizes: number[]) =>
  sizes.map((bufferedBytes, index) => ({ name: `c${index}`, bufferedBytes }));
const names = (left: { name: string }[]) => left.map(({ name }) => name);

test.describe("furthestBehind", () => {
  test("is nobody while all together leave less than the limit", () => {
    expect(furthestBehind(clients(40, 0, 60), 100)).toEqual([]);
  });

  test("S3: names those who leave most until the others leave no more than the limit", () => {
    expect(names(furthestBehind(clients(50, 10, 90, 70, 30), 100))).toEqual(["c2", "c3"]);
  });

  test("S3: ends thousands who leave a little each", () => {
    expect(furthestBehind(clients(...Array(2_048).fill(1_500_000)), 134_217_728)).toHaveLength(1_959);
  });
});

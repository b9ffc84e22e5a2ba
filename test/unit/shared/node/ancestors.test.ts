import { expect, test } from "@playwright/test";
import { ancestorsOf, parseParents } from "../../../../shared/node/ancestors.ts";

test.describe("parseParents", () => {
  test("reads pid and parent from the lines of ps", () => {
    expect(parseParents("    1     0\n  812     1\n 9876   812\n")).toEqual(
      new Map([
        [1, 0],
        [812, 1],
        [9876, 812],
      ]),
    );
  });
});

test.describe("ancestorsOf", () => {
  test("leads from this process over its parent to the first process", async () => {
    test.skip(process.platform === "win32", "Windows has no first process with pid 1");

    const ancestors = await ancestorsOf(process.pid, process.platform);

    expect([...ancestors][0]).toBe(process.ppid);
    expect(ancestors).not.toContain(process.pid);
    expect([...ancestors].at(-1)).toBe(1);
  });

  test("agrees between /proc and ps", async () => {
    test.skip(process.platform !== "linux", "only Linux offers both");

    expect(await ancestorsOf(process.pid, "darwin")).toEqual(await ancestorsOf(process.pid, "linux"));
  });
});

import { expect, test } from "@playwright/test";
import { SetupError } from "../../../../shared/errors.ts";
import { unwritable } from "../../../../shared/node/unwritable.ts";
import { reads } from "../../../helpers/run/reads.ts";

const failed = (code: string, more: object = {}) => Object.assign(new Error("boom"), { code, ...more });

test.describe("unwritable", () => {
  for (const [code, reason, fix] of [
    ["ENOSPC", "the disk is full (ENOSPC)", "free some space"],
    ["EDQUOT", "the disk quota is used up (EDQUOT)", "free some space"],
    ["EROFS", "the file system is read-only (EROFS)", "make the directory writable"],
    ["EACCES", "permission denied (EACCES)", "make the directory writable"],
    ["EFBIG", "it would exceed the limit of this user on the size of files (EFBIG)", "ulimit -f"],
    ["ELOOP", "it is a symbolic link, which is not followed here (ELOOP)", "put a file"],
    ["EIO", "the disk reports an error (EIO)", "look after the disk"],
    ["EMFILE", "too many files are open (EMFILE)", "ulimit -n"],
  ] as const) {
    test(`F12: explains ${code}`, () => {
      expect(unwritable("/x", failed(code))).toMatchObject({
        code: "STATE_UNWRITABLE",
        message: `Cannot write /x: ${reason}`,
        fix: expect.stringContaining(fix),
      });
    });
  }

  test("F12: names the permission model of Node and the option that opens the directory", () => {
    expect(unwritable("/a/b/c.json", failed("ERR_ACCESS_DENIED"))).toMatchObject({
      message: "Cannot write /a/b/c.json: Node's permission model forbids it (--permission)",
      fix: reads(/--allow-fs-write=\/a\/b/),
    });
  });

  test("F12: names what below the path the system is about, and no temporary name beside it", () => {
    const below = unwritable("/state", failed("EROFS", { path: "/state/run/gateway.lock" }));
    const beside = unwritable("/state/a.json", failed("EROFS", { path: "/state/a.json.12.tmp" }));

    expect(below.message).toBe("Cannot write /state/run/gateway.lock: the file system is read-only (EROFS)");
    expect(below.details).toEqual({ path: "/state/run/gateway.lock" });
    expect(beside.message).toBe("Cannot write /state/a.json: the file system is read-only (EROFS)");
  });

  test("F12: leaves an error alone that says it all already", () => {
    const error = new SetupError("RUNTIME_MISSING", "no such module");

    expect(unwritable("/x", error)).toBe(error);
  });
});

import {
  closeSync,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { openOutput, readTail } from "../../../../tray/supervisor/output-files.ts";
import { test } from "../../../helpers/home/temp-home.ts";

test.describe("openOutput", () => {
  test("appends to a file that only its owner may read, and knows where it began", ({ home }) => {
    const folder = join(home.path, "logs");
    const first = openOutput(folder, "gateway.err.log");
    writeSync(first.fd, "before\n");
    closeSync(first.fd);

    const { fd, path, sizeBytes } = openOutput(folder, "gateway.err.log");
    writeSync(fd, "after\n");
    closeSync(fd);

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readTail(path, sizeBytes, 1_000)).toBe("after\n");
    expect(readTail(path, 0, 1_000)).toBe("before\nafter\n");
  });

  test("puts a file of more than 10 MiB aside", ({ home }) => {
    const path = join(home.path, "gateway.out.log");
    writeFileSync(path, "");
    truncateSync(path, 10 * 1024 * 1024 + 1);

    const { fd, sizeBytes } = openOutput(home.path, "gateway.out.log");
    closeSync(fd);

    expect(sizeBytes).toBe(0);
    expect(existsSync(`${path}.1`)).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("");
  });
});

test.describe("readTail", () => {
  test("keeps to the last bytes, and begins anew in a file that has become shorter", ({ home }) => {
    const path = join(home.path, "log");
    writeFileSync(path, "0123456789");

    expect(readTail(path, 0, 4)).toBe("6789");
    expect(readTail(path, 8, 4)).toBe("89");
    expect(readTail(path, 500, 4)).toBe("6789");
    expect(readTail(join(home.path, "absent"), 0, 4)).toBe("");
  });
});

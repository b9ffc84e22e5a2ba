import { expect } from "@playwright/test";
import { test } from "../../../../../../helpers/home/temp-home.ts";
import { look, OURS, writeFacts } from "../../../../../../helpers/service/orphans.ts";

test.describe("the check of orphans", () => {
  test.skip(process.platform !== "linux", "names of services and processes are those of Linux");

  test("finds nothing where the service's own gateway runs, also behind a wrapper, and where none runs", async ({
    home,
  }) => {
    expect(await look(home, {})).toEqual([]);

    writeFacts(home, process.pid, OURS);
    expect(await look(home, { status: { pid: process.pid } })).toEqual([]);
    expect(await look(home, { status: { pid: process.ppid } })).toEqual([]);
  });

  test("never offers to end the process it runs in", async ({ home }) => {
    writeFacts(home, process.ppid, OURS);

    const [finding] = await look(home, { status: { pid: 4_000_000 } });

    expect(finding?.code).toBe("port-orphan");
    expect(finding?.repair).toBeUndefined();
  });

  test("names a gateway in the foreground that keeps the service's from starting, and leaves it alone", async ({
    home,
  }) => {
    writeFacts(home, process.pid);

    const findings = await look(home, { status: { runtime: "blocked" } });

    expect(findings).toMatchObject([{ code: "gateway-beside-service", level: "warning" }]);
    expect(findings[0]?.repair).toBeUndefined();
    expect(await look(home, { status: { runtime: "stopped" } })).toEqual([]);
  });
});

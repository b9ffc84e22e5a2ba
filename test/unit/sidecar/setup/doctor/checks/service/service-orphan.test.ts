import { expect } from "@playwright/test";
import { startIdOf } from "../../../../../../../shared/node/process-identity.ts";
import { writeJsonFile } from "../../../../../../../shared/node/run-state.ts";
import { serviceOrphan } from "../../../../../../../sidecar/setup/doctor/checks/service/service-orphan.ts";
import {
  createPatient,
  findingsOf,
  type ServiceWords,
  SOUND,
  serviceSaying,
} from "../../../../../../helpers/home/patient.ts";
import { type TempHome, test } from "../../../../../../helpers/home/temp-home.ts";

const OURS = "clawdbot-gateway.service";

function writeFacts(home: TempHome, pid: number, service?: string): void {
  const { factsFile } = createPatient(home).surroundings.paths;
  writeJsonFile(factsFile, {
    pid,
    startId: startIdOf(pid),
    instanceId: "i",
    port: 20_000,
    hosts: [],
    service,
  });
}

const look = (home: TempHome, words: ServiceWords) =>
  findingsOf(serviceOrphan, home, {
    config: SOUND,
    service: serviceSaying(words),
    platform: process.platform,
  });

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

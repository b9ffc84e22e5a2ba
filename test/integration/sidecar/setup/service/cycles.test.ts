import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type GatewayService, gatewayService } from "../../../../../sidecar/setup/service/gateway-service.ts";
import { repetitions, SOAK } from "../../../../helpers/run/soak.ts";
import { expect, filesBelow, type ServicePlace, test } from "../../../../helpers/service/gateway-service.ts";

const CYCLES = repetitions({ short: 3, full: 50 });

test.describe("the service", () => {
  test(
    `leaves no process, file or socket behind in ${CYCLES} cycles of start, restart and stop`,
    SOAK,
    async ({ place }) => {
      const service = await gatewayService(place.context);
      await service.install();
      await cycle(service, place);
      const before = remains(place);
      const instances = new Set<string>();

      for (let count = 0; count < CYCLES; count += 1) {
        for (const instanceId of await cycle(service, place)) instances.add(instanceId);
      }

      expect(instances.size).toBe(2 * CYCLES);
      expect(remains(place)).toEqual(before);
      expect(before.processes).toEqual([]);
      expect(before.listeners).toEqual([]);
    },
  );
});

/** Starts, restarts and stops; the instances that ran meanwhile. */
async function cycle(service: GatewayService, place: ServicePlace): Promise<string[]> {
  const started = await service.start();
  const restarted = await service.restart();
  const stopped = await service.stop();
  expect(stopped.result).toBe("stopped");
  expect(stopped.warnings).toEqual([]);
  const ran = [started, restarted].map(({ gateway }) => gateway?.instanceId ?? "");
  expect(place.facts()).toBeUndefined();
  return ran;
}

/** What a stopped service has left anywhere. */
function remains({ systemd, unit, stateDir, port, unitFile }: ServicePlace) {
  return {
    processes: systemd.processesOf(unit),
    files: filesBelow(stateDir),
    unit: filesBelow(`${unitFile}.d`),
    runtime: filesBelow(systemd.runtimeDir).filter((file) => file.includes(unit)),
    listeners: listenersOn(port),
    descriptors: { manager: descriptorsOf(systemd.pid), ours: socketsOf(process.pid) },
  };
}

/** Lines of /proc/net/tcp and tcp6 for a local port, in whatever state but TIME_WAIT, which the kernel keeps on its own. */
function listenersOn(port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((file) => readFileSync(file, "utf8").split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address = "", , state]) => address.endsWith(local) && state !== "06")
    .map((fields) => fields.slice(1, 4).join(" "));
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Sockets alone: the test runner opens and closes files of its own. */
function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      return false; // Closed since it was listed.
    }
  }).length;
}

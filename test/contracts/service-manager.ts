/**
 * What every service manager promises, as tests that run against a real implementation. Each platform brings the service under
 * test as a fixture named `service`, and says with its reason what its system cannot do.
 */
import { expect, type TestType } from "@playwright/test";
import type {
  InstalledDefinition,
  ServiceDefinition,
  ServiceManager,
} from "../../sidecar/host/service/service-manager.ts";

/** What a started program found, as `test/fixtures/service/resident.pl` notes it. */
export interface Sighting {
  pid: number;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  atMs: number;
}

/** One manager and a small real program for it, in a home of its own; nothing is installed at first. */
export interface ServiceUnderTest {
  manager: ServiceManager;
  /** A definition that runs the program until it is told to end; `args` come last on its command line. */
  definition(change?: { args?: readonly string[]; environment?: Record<string, string> }): ServiceDefinition;
  /** What the program noted at each of its starts, the latest last. */
  sightings(): readonly Sighting[];
  isAlive(pid: number): boolean;
  /** Ends the process like a crash would. */
  kill(pid: number): void;
  /** Everything that an installation could leave: files below the home, and what the system has registered. */
  footprint(): Promise<readonly string[]> | readonly string[];
}

/** What a system may be unable to do; the value says why, and is printed beside the skipped test. */
export interface Inabilities {
  /** Really runs the program, so that its pid lives and its notes can be read. */
  runsPrograms?: string;
  /** Starts the program again by itself when it was killed. */
  recovers?: string;
  /** Tells the pid of the program. */
  knowsPid?: string;
  /** Characters that a definition cannot hold on this system; they are then refused. */
  characters?: { refused: string; why: string };
}

/** Names and values that tempt an encoder to get them wrong. */
export const ODD_ENVIRONMENT: Readonly<Record<string, string>> = {
  CLAWDBOT_TEST_SPACES: " two  words ",
  CLAWDBOT_TEST_PERCENT: "100%h %PATH% %%",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a shell would expand.
  CLAWDBOT_TEST_SHELL: "a & b ^ c | d < e > f ! (g) `h` $HOME ${HOME} $$ ;#",
  CLAWDBOT_TEST_QUOTES: `it's "quoted" 'twice' ""`,
  CLAWDBOT_TEST_BACKSLASHES: "C:\\Program Files\\new\\x20\\",
  CLAWDBOT_TEST_UMLAUTS: "Jürgen & Söhne, 雪 🦞",
  CLAWDBOT_TEST_EMPTY: "",
};

/** Arguments of the same kind. */
export const ODD_ARGS: readonly string[] = [
  "two words",
  "%h 100% %%",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what systemd would expand.
  "$HOME ${HOME} $$",
  "a&b^c|d",
  `"quoted" it's`,
  "C:\\dir\\",
  "größe=雪",
  "-",
  ";",
];

const CONTROL_CHARACTERS = {
  newline: "\n",
  "carriage return": "\r",
  tab: "\t",
  escape: "\u001b",
  delete: "\u007f",
};

/** Registers the tests; `test` carries the fixture. */
export function serviceManagerContract<T extends { service: ServiceUnderTest }, W extends object>(
  test: TestType<T, W>,
  inabilities: Inabilities = {},
): void {
  const { runsPrograms, knowsPid, recovers, characters } = inabilities;
  const noPid = runsPrograms ?? knowsPid;
  const refused = [...(characters?.refused ?? "")];
  const holds = (text: string) => !refused.some((character) => text.includes(character));
  const oddArgs = ODD_ARGS.filter(holds);
  const oddEnvironment = Object.fromEntries(
    Object.entries(ODD_ENVIRONMENT).filter(([, value]) => holds(value)),
  );

  test.describe("a missing service", () => {
    test("has a status, no definition and no findings", async ({ service: { manager, definition } }) => {
      const status = await manager.status();

      expect(status).toMatchObject({ installed: false, loaded: false, enabled: false, runtime: "stopped" });
      expect(status.pid).toBeUndefined();
      expect(await manager.readDefinition()).toBeUndefined();
      expect(await manager.audit(definition())).toEqual([]);
    });

    for (const verb of ["start", "restart", "restartDetached"] as const) {
      test(`cannot ${verb === "start" ? "be started" : `be restarted (${verb})`}`, async ({
        service: { manager },
      }) => {
        await expect(manager[verb]()).rejects.toMatchObject({ code: "SERVICE_NOT_INSTALLED" });
      });
    }

    test("is stopped and uninstalled without complaint", async ({ service: { manager, footprint } }) => {
      const before = await footprint();

      await manager.stop();

      expect(await manager.uninstall()).toEqual([]);
      expect(await footprint()).toEqual(before);
    });
  });

  test.describe("install", () => {
    test("registers, enables and starts", async ({ service: { manager, definition } }) => {
      const outcome = await manager.install(definition(), { force: false });

      expect(outcome.change).toBe("installed");
      const status = await manager.status();
      expect(status).toMatchObject({ installed: true, loaded: true, enabled: true, runtime: "running" });
    });

    test("leaves a process whose pid the status tells", async ({ service }) => {
      test.skip(noPid !== undefined, noPid);

      await service.manager.install(service.definition(), { force: false });

      const seen = await lastSighting(service, 1);
      expect(await service.manager.status()).toMatchObject({ pid: seen.pid });
      expect(service.isAlive(seen.pid)).toBe(true);
    });

    test("leaves nothing to complain about", async ({ service: { manager, definition } }) => {
      const { warnings } = await manager.install(definition(), { force: false });

      expect(warnings).toEqual([]);
      expect(await manager.audit(definition())).toEqual([]);
    });

    test("does not touch a running service when nothing changed", async ({ service }) => {
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      if (runsPrograms === undefined) await lastSighting(service, 1);
      const before = await manager.status();

      const outcome = await manager.install(definition(), { force: false });

      expect(outcome.change).toBe("unchanged");
      expect((await manager.status()).pid).toBe(before.pid);
      if (runsPrograms === undefined) expect(service.sightings()).toHaveLength(1);
    });

    test("starts a stopped service although nothing changed", async ({
      service: { manager, definition },
    }) => {
      await manager.install(definition(), { force: false });
      await manager.stop();

      const outcome = await manager.install(definition(), { force: false });

      expect(outcome.change).toBe("unchanged");
      expect(await manager.status()).toMatchObject({ runtime: "running" });
    });

    test("runs a changed definition", async ({ service }) => {
      const { manager, definition } = service;
      await manager.install(definition({ args: ["one"] }), { force: false });
      if (runsPrograms === undefined) await lastSighting(service, 1);

      const outcome = await manager.install(definition({ args: ["two"] }), { force: false });

      expect(outcome.change).toBe("updated");
      expect((await manager.readDefinition())?.command.at(-1)).toBe("two");
      expect(await manager.status()).toMatchObject({ enabled: true, runtime: "running" });
      if (runsPrograms === undefined) expect((await lastSighting(service, 2)).args).toEqual(["two"]);
    });

    test("writes an equal definition again and starts it anew on --force", async ({ service }) => {
      test.skip(noPid !== undefined, noPid);
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      const { pid } = await lastSighting(service, 1);

      const outcome = await manager.install(definition(), { force: true });

      expect(outcome.change).toBe("updated");
      expect((await lastSighting(service, 2)).pid).not.toBe(pid);
    });
  });

  test.describe("stop, start and restart", () => {
    test("start leaves a running service alone", async ({ service }) => {
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      if (runsPrograms === undefined) await lastSighting(service, 1);
      const before = await manager.status();

      await manager.start();

      expect((await manager.status()).pid).toBe(before.pid);
      if (runsPrograms === undefined) expect(service.sightings()).toHaveLength(1);
    });

    test("stop ends the process and keeps the service installed", async ({ service }) => {
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      const seen = runsPrograms === undefined ? await lastSighting(service, 1) : undefined;

      await manager.stop();

      const status = await manager.status();
      expect(status).toMatchObject({ installed: true, runtime: "stopped" });
      expect(status.pid).toBeUndefined();
      if (seen !== undefined) expect(service.isAlive(seen.pid)).toBe(false);
    });

    test("stop is quiet when the service is stopped already", async ({
      service: { manager, definition },
    }) => {
      await manager.install(definition(), { force: false });
      await manager.stop();

      await manager.stop();

      expect(await manager.status()).toMatchObject({ installed: true, runtime: "stopped" });
    });

    test("start runs a stopped service, enabled as before", async ({ service }) => {
      const { manager, definition } = service;
      await manager.install(definition(), { force: false });
      if (runsPrograms === undefined) await lastSighting(service, 1);
      await manager.stop();

      await manager.start();

      expect(await manager.status()).toMatchObject({ enabled: true, runtime: "running" });
      if (runsPrograms === undefined) await lastSighting(service, 2);
    });

    for (const verb of ["restart", "restartDetached"] as const) {
      test(`${verb} puts a new process in the place of the old one`, async ({ service }) => {
        test.skip(noPid !== undefined, noPid);
        const { manager, definition } = service;
        await manager.install(definition(), { force: false });
        const old = await lastSighting(service, 1);

        await manager[verb]();

        const seen = await lastSighting(service, 2);
        expect(seen.pid).not.toBe(old.pid);
        expect(service.isAlive(old.pid)).toBe(false);
        await expect.poll(() => manager.status()).toMatchObject({ runtime: "running", pid: seen.pid });
      });
    }

    test("restart starts a stopped service", async ({ service: { manager, definition } }) => {
      await manager.install(definition(), { force: false });
      await manager.stop();

      await manager.restart();

      expect(await manager.status()).toMatchObject({ runtime: "running" });
    });

    test("a killed process is started again", async ({ service }) => {
      const reason = noPid ?? recovers;
      test.skip(reason !== undefined, reason);
      await service.manager.install(service.definition(), { force: false });
      const old = await lastSighting(service, 1);

      service.kill(old.pid);

      const seen = await lastSighting(service, 2);
      expect(seen.pid).not.toBe(old.pid);
      await expect.poll(() => service.manager.status()).toMatchObject({ runtime: "running", pid: seen.pid });
    });
  });

  test.describe("the definition", () => {
    test("row 32: is read back as it was given", async ({ service: { manager, definition } }) => {
      const wanted = definition({ args: oddArgs, environment: oddEnvironment });

      await manager.install(wanted, { force: false });

      const found = await manager.readDefinition();
      expect(found?.command).toEqual(wanted.command);
      expect(found?.environment).toEqual(wanted.environment);
      expect(found?.workingDirectory).toBe(wanted.workingDirectory);
      expect(found?.sourcePath).toBe(manager.identity.file);
      expect(found?.overridePaths).toEqual([]);
    });

    test("row 32: reaches the program as it was given", async ({ service }) => {
      test.skip(runsPrograms !== undefined, runsPrograms);
      const wanted = service.definition({ args: oddArgs, environment: oddEnvironment });

      await service.manager.install(wanted, { force: false });

      const seen = await lastSighting(service, 1);
      expect(seen.args).toEqual(oddArgs);
      expect(seen.env).toMatchObject(wanted.environment);
      expect(seen.cwd).toBe(wanted.workingDirectory);
    });

    test("stays readable while the service is stopped", async ({ service: { manager, definition } }) => {
      await manager.install(definition(), { force: false });

      await manager.stop();

      expect((await manager.readDefinition())?.command).toEqual(definition().command);
    });

    const injections: Record<string, (wanted: ServiceDefinition, text: string) => ServiceDefinition> = {
      "an argument": (wanted, text) => ({ ...wanted, command: [...wanted.command, text] }),
      "a value of the environment": (wanted, text) => ({
        ...wanted,
        environment: { ...wanted.environment, CLAWDBOT_TEST: text },
      }),
      "the working directory": (wanted, text) => ({
        ...wanted,
        workingDirectory: `${wanted.workingDirectory}${text}`,
      }),
    };

    for (const [place, inject] of Object.entries(injections)) {
      test(`row 33: a control character in ${place} is refused and nothing is written`, async ({
        service,
      }) => {
        const { manager, definition, footprint } = service;
        const before = await footprint();

        for (const [name, character] of Object.entries(CONTROL_CHARACTERS)) {
          const bad = inject(definition(), `x${character}ExecStartPre=/bin/false`);
          const attempt = manager.install(bad, { force: false });
          await expect(attempt, name).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
        }

        expect(await footprint()).toEqual(before);
        expect(await manager.status()).toMatchObject({ installed: false });
      });
    }

    test("row 33: a refused change leaves the service as it runs", async ({
      service: { manager, definition },
    }) => {
      await manager.install(definition(), { force: false });
      const before = await manager.status();

      const bad = definition({ environment: { CLAWDBOT_TEST: "x\nExecStartPre=/bin/false" } });
      const attempt = manager.install(bad, { force: false });

      await expect(attempt).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
      expect(await manager.status()).toEqual(before);
      expect((await manager.readDefinition())?.environment).toEqual(definition().environment);
    });

    for (const character of refused) {
      test(`cannot hold ${character} (${characters?.why})`, async ({
        service: { manager, definition, footprint },
      }) => {
        const before = await footprint();

        const bad = definition({ environment: { CLAWDBOT_TEST: `a${character}b` } });
        const attempt = manager.install(bad, { force: false });

        await expect(attempt).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
        expect(await footprint()).toEqual(before);
      });
    }
  });

  test.describe("uninstall", () => {
    test("ends the process and leaves nothing", async ({ service }) => {
      const { manager, definition, footprint } = service;
      const before = await footprint();
      await manager.install(definition({ args: ["one"] }), { force: false });
      await manager.install(definition({ args: ["two"] }), { force: false });
      const seen = runsPrograms === undefined ? await lastSighting(service, 2) : undefined;

      const told = await manager.uninstall();

      expect(told.length).toBeGreaterThan(0);
      if (seen !== undefined) expect(service.isAlive(seen.pid)).toBe(false);
      expect(await footprint()).toEqual(before);
      const nothing: InstalledDefinition | undefined = await manager.readDefinition();
      expect(nothing).toBeUndefined();
      expect(await manager.status()).toMatchObject({ installed: false, loaded: false, runtime: "stopped" });
    });

    test("can be followed by a new installation", async ({ service: { manager, definition } }) => {
      await manager.install(definition(), { force: false });
      await manager.uninstall();

      const outcome = await manager.install(definition(), { force: false });

      expect(outcome.change).toBe("installed");
      expect(await manager.status()).toMatchObject({ installed: true, runtime: "running" });
    });
  });
}

/** The note of the start number `count`, as soon as it is there; not every system waits until the program runs. */
async function lastSighting({ sightings }: ServiceUnderTest, count: number): Promise<Sighting> {
  await expect.poll(() => sightings().length).toBe(count);
  const last = sightings().at(-1);
  if (last === undefined) throw new Error("the program left no note");
  return last;
}

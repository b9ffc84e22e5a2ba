import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  expect,
  type SystemdServiceUnderTest,
  serviceFor,
  test,
} from "../../../../../helpers/service/systemd-service.ts";
import { startUserSystemd, userSystemdReason } from "../../../../../helpers/service/user-systemd.ts";

/** Names that a home, a user or a profile may have. */
const ODD_NAMES = [
  "Jürgen & Söhne",
  "100% $HOME",
  `it's "quoted"`,
  "back\\slash",
  "ends in blank ",
  "ends in \\",
  "a*b?[c]",
];

test.describe("a unit for odd paths", () => {
  for (const name of ODD_NAMES) {
    test(`row 32: passes systemd-analyze verify and runs in "${name}"`, async ({ service }) => {
      const folder = join(service.systemd.home, name);
      mkdirSync(folder, { recursive: true });
      const { command, ...rest } = service.definition();
      const [perl = "", original = "", notes = ""] = command;
      const resident = join(folder, "resident.pl");
      copyFileSync(original, resident);
      writeFileSync(join(folder, "service.env"), 'FROM_FILE="read $ % &"\n', { mode: 0o600 });
      const definition = {
        ...rest,
        command: [perl, resident, notes],
        workingDirectory: folder,
        environmentFile: join(folder, "service.env"),
      };

      await service.manager.install(definition, { force: false });

      expect(verify(service)).toEqual({ status: 0, complaints: "" });
      expect(service.sightings()).toMatchObject([{ cwd: folder, env: { FROM_FILE: "read $ % &" } }]);
      expect(await service.manager.readDefinition()).toMatchObject({
        command: definition.command,
        workingDirectory: folder,
        environmentFile: definition.environmentFile,
      });
    });
  }

  test("row 32: runs a program whose own path is odd", async ({ service }) => {
    const folder = join(service.systemd.home, "b$n $HOME 100% & ü");
    mkdirSync(folder);
    const program = join(folder, "wrapper");
    const { command, ...rest } = service.definition();
    writeFileSync(program, `#!/bin/sh\nexec "$@"\n`);
    chmodSync(program, 0o755);

    await service.manager.install({ ...rest, command: [program, ...command] }, { force: false });

    expect(await service.manager.status()).toMatchObject({ runtime: "running" });
    expect(service.sightings()).toHaveLength(1);
    expect(verify(service)).toEqual({ status: 0, complaints: "" });
  });

  for (const character of ["\\", "'", '"']) {
    test(`row 32: says that systemd runs no program with ${character} in its path`, async ({ service }) => {
      const { command, ...rest } = service.definition();
      const attempt = service.manager.install(
        { ...rest, command: [`/opt/a${character}b`, ...command] },
        { force: false },
      );

      await expect(attempt).rejects.toMatchObject({ code: "SERVICE_REFUSED" });
      expect(await service.footprint()).toEqual([]);
    });
  }

  test("row 32: gives the program what was meant, whatever the texts", async ({ service }) => {
    const text = fc
      .oneof(
        fc.string({ unit: "grapheme", maxLength: 20 }),
        fc.string({ unit: fc.constantFrom(..."\"'\\%$ {}nx2h;#=-@:~*?[]ü🦞"), maxLength: 12 }),
      )
      .filter((each) => !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(each));
    let starts = 0;

    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 6 }),
        fc.array(text, { maxLength: 6 }),
        async (args, values) => {
          const environment = Object.fromEntries(
            values.map((value, index) => [`CLAWDBOT_TEST_${index}`, value]),
          );

          await service.manager.install(service.definition({ args: ["--", ...args], environment }), {
            force: true,
          });

          starts += 1;
          const sightings = service.sightings();
          expect(sightings).toHaveLength(starts);
          expect(sightings.at(-1)?.args).toEqual(["--", ...args]);
          expect(sightings.at(-1)?.env).toMatchObject(environment);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test.describe("a manager whose home is odd", () => {
  const reason = userSystemdReason();
  test.skip(reason !== undefined, reason);

  test("row 32: keeps a service all the same", async () => {
    const systemd = await startUserSystemd(`Jürgen & "Söhne" 100% $x it's`);
    try {
      const service = serviceFor(systemd, "odd");

      const outcome = await service.manager.install(service.definition(), { force: false });

      expect(outcome).toEqual({ change: "installed", warnings: [] });
      expect(await service.manager.status()).toMatchObject({ enabled: true, runtime: "running" });
      expect(service.sightings()).toMatchObject([{ cwd: systemd.home, env: { HOME: systemd.home } }]);
      expect(verify(service)).toEqual({ status: 0, complaints: "" });
      await service.manager.uninstall();
      expect(await service.footprint()).toEqual([]);
    } finally {
      await systemd.stop();
    }
  });
});

function verify({ systemd, manager }: SystemdServiceUnderTest): {
  status: number | null;
  complaints: string;
} {
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--user", manager.identity.file], {
    env: systemd.env(),
    encoding: "utf8",
    timeout: 20_000,
  });
  return { status, complaints: stderr };
}

/** Whether there is a place for an icon, from what the machine's tools print. */
import { expect, test } from "@playwright/test";
import {
  type DesktopEnv,
  findTrayHost,
  type HostProbe,
  parseHasOwner,
  parseLibraryCache,
} from "../../../../tray/backends/tray-host.ts";
import { lossText } from "../../../../tray/model/loss-text.ts";
import { TEXTS } from "../../../../tray/model/texts/index.ts";

const AYATANA =
  "\tlibayatana-appindicator3.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libayatana-appindicator3.so.1";
const CLASSIC = "\tlibappindicator3.so.1 (libc6,x86-64) => /usr/lib64/libappindicator3.so.1";
const OTHER_WIDTH = "\tlibappindicator3.so.1 (libc6) => /usr/lib32/libappindicator3.so.1";
const DESKTOP: DesktopEnv = {
  platform: "linux",
  arch: "x64",
  env: { DISPLAY: ":0", DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus" },
};
const HEALTHY = { gdbus: "(true,)\n", "/sbin/ldconfig": AYATANA };

test.describe("parseHasOwner", () => {
  for (const [tool, output, answer] of [
    ["gdbus", "(true,)\n", true],
    ["gdbus", "(false,)\n", false],
    ["busctl", "b true\n", true],
    [
      "dbus-send",
      "method return time=1.2 sender=org.freedesktop.DBus -> dest=:1.5\n   boolean false\n",
      false,
    ],
    ["no tool", "", undefined],
  ] as const) {
    test(`reads ${answer} from ${tool}`, () => {
      expect(parseHasOwner(output)).toBe(answer);
    });
  }
});

test.describe("parseLibraryCache", () => {
  test("takes the library the helper asks for before the compatible one", () => {
    expect(parseLibraryCache([AYATANA, OTHER_WIDTH, CLASSIC].join("\n"))).toEqual({
      path: "/usr/lib64/libappindicator3.so.1",
      isCompatible: false,
    });
  });

  test("takes the compatible library where there is no other", () => {
    expect(parseLibraryCache(`2 libs found\n${OTHER_WIDTH}\n${AYATANA}\n`)).toEqual({
      path: "/lib/x86_64-linux-gnu/libayatana-appindicator3.so.1",
      isCompatible: true,
    });
  });

  test("finds nothing where both are missing or for another processor", () => {
    expect(parseLibraryCache(`2 libs found\n${OTHER_WIDTH}\n`)).toBeUndefined();
  });
});

test.describe("findTrayHost", () => {
  test("finds the place and the library on a desktop with a status tray", async () => {
    expect(await findTrayHost(DESKTOP, probe(HEALTHY))).toEqual({
      ok: true,
      library: { path: "/lib/x86_64-linux-gnu/libayatana-appindicator3.so.1", isCompatible: true },
    });
  });

  test("accepts the bus in the runtime folder when no address is set", async () => {
    const env = { WAYLAND_DISPLAY: "wayland-0", XDG_RUNTIME_DIR: "/run/user/1000" };

    const host = await findTrayHost({ ...DESKTOP, env }, probe(HEALTHY, ["/run/user/1000/bus"]));

    expect(host.ok).toBe(true);
  });

  test("asks busctl and dbus-send where gdbus is missing", async () => {
    const host = await findTrayHost(
      DESKTOP,
      probe({ "dbus-send": "boolean false", "/sbin/ldconfig": AYATANA }),
    );

    expect(host).toMatchObject({ ok: false, problem: "no-tray-host" });
  });

  for (const [problem, canAppearLater, context, outputs] of [
    ["no-helper", false, { arch: "arm64" }, HEALTHY],
    ["no-helper", false, { platform: "freebsd" }, HEALTHY],
    ["no-rosetta", true, { platform: "darwin", arch: "arm64" }, {}],
    ["no-display", false, { env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/x" } }, HEALTHY],
    ["no-session-bus", true, { env: { DISPLAY: ":0" } }, HEALTHY],
    ["no-session-bus", true, {}, { ...HEALTHY, gdbus: null, busctl: null }],
    ["no-tray-host", true, {}, { ...HEALTHY, gdbus: "(false,)" }],
    ["no-library", true, {}, { ...HEALTHY, "/sbin/ldconfig": OTHER_WIDTH }],
  ] as const) {
    test(`says ${problem} with a remedy in one line each, in both languages: ${JSON.stringify([context, outputs])}`, async () => {
      const host = await findTrayHost({ ...DESKTOP, ...context }, probe(outputs));

      expect(host).toMatchObject({ ok: false, problem, canAppearLater });
      const told = host.ok ? [] : [TEXTS.en, TEXTS.de].map((texts) => lossText(host.loss, texts, null));
      const lines = told.flatMap(({ reason, remedy }) => [reason, remedy]);
      expect(new Set(lines).size).toBe(4);
      for (const line of lines) expect(line).toMatch(/^[^\n{}]{10,200}$/);
    });
  }

  test("takes the status tray for granted where no tool can ask", async () => {
    expect(await findTrayHost(DESKTOP, probe({ "/sbin/ldconfig": CLASSIC }))).toMatchObject({ ok: true });
  });

  test("looks into the usual folders where ldconfig does not work", async () => {
    const path = "/usr/lib64/libayatana-appindicator3.so.1";

    const host = await findTrayHost(DESKTOP, probe({ gdbus: "(true,)", "/sbin/ldconfig": null }, [path]));

    expect(host).toEqual({ ok: true, library: { path, isCompatible: true } });
  });

  test("needs nothing but the platform on Windows and on an Intel Mac", async () => {
    for (const platform of ["win32", "darwin"] as const) {
      expect(await findTrayHost({ ...DESKTOP, platform, env: {} }, probe({}))).toEqual({ ok: true });
    }
  });
});

/** A machine where these programs print this (null: they fail), no others exist, and these files are there. */
function probe(outputs: Readonly<Record<string, string | null>>, files: readonly string[] = []): HostProbe {
  return {
    hasFile: async (path) => files.includes(path),
    run: async (program) => outputs[program],
  };
}

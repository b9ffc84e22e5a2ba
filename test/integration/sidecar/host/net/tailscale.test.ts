import { test as base, expect } from "@playwright/test";
import { english, type Remedy } from "../../../../../shared/remedy.ts";
import { TailscaleCli } from "../../../../../sidecar/host/net/tailscale/tailscale-cli.ts";
import { TailscaleExposure } from "../../../../../sidecar/host/net/tailscale.ts";
import { recordTailscale, type TailscaleRecorder } from "../../../../helpers/network/tailscale.ts";
import { FakeClock } from "../../../../helpers/time/fake-clock.ts";

base.skip(process.platform === "win32", "the recorder's programs are shell scripts");

const PORT = 18_789;
const HOST = "gate.tail1234.ts.net";
const OURS = { "/": { Proxy: `http://127.0.0.1:${PORT}` } };
/** What stands in the table when only our handler does. */
const ONLY_OURS = { TCP: { 443: { HTTPS: true } }, Web: { [`${HOST}:443`]: { Handlers: OURS } } };
const SERVE = `tailscale serve --bg --yes ${PORT}`;
const REMOVE = "tailscale serve --https=443 --set-path=/ off";
const SERVE_LINES = [
  "Tailscale identity detected",
  "advertising gateway via Tailscale Serve",
  `MagicDNS: https://${HOST}`,
];

interface Stage {
  recorder: TailscaleRecorder;
  clock: FakeClock;
  said: string[];
  warned: string[];
  expose(mode?: "serve" | "funnel", options?: { resetOnExit?: boolean }): TailscaleExposure;
}

const test = base.extend<{ stage: Stage }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from this pattern.
  stage: async ({}, use) => {
    const recorder = recordTailscale();
    const clock = new FakeClock();
    const exposures: TailscaleExposure[] = [];
    const said: string[] = [];
    const warned: string[] = [];
    await use({
      recorder,
      clock,
      said,
      warned,
      expose: (mode = "serve", { resetOnExit = false } = {}) => {
        const cli = new TailscaleCli({ env: recorder.env, platform: process.platform });
        const voice = {
          tick: (line: Remedy) => said.push(english(line)),
          warn: (line: Remedy) => warned.push(english(line)),
        };
        const exposure = new TailscaleExposure({ mode, port: PORT, resetOnExit }, cli, voice, clock);
        exposures.push(exposure);
        return exposure;
      },
    });
    for (const exposure of exposures) await exposure.stop(5_000);
    recorder.dispose();
  },
});

/** Waits for the attempt that a retry has begun. */
async function settled(exposure: TailscaleExposure): Promise<void> {
  await expect.poll(() => exposure.state.kind).not.toBe("attempting");
}

test.describe("Serve", () => {
  test("hands the machine's name to the gateway and says the promised lines", async ({ stage }) => {
    const exposure = stage.expose();

    await exposure.start();

    expect(stage.said).toEqual(SERVE_LINES);
    expect(stage.warned).toEqual([]);
    expect(exposure.state).toEqual({ kind: "exposed", url: `https://${HOST}` });
    expect(exposure.isServing()).toBe(true);
    expect(stage.recorder.state.serve).toEqual(ONLY_OURS);
    expect(stage.recorder.calls()).toEqual([
      "tailscale version",
      "tailscale status --json",
      "tailscale serve status --json",
      SERVE,
      "tailscale serve status --json",
    ]);
  });

  test("changes nothing when the handler stands already, so that nobody needs the right to", async ({
    stage,
  }) => {
    stage.recorder.set({ serve: ONLY_OURS, operator: false });

    await stage.expose().start();

    expect(stage.said).toEqual(SERVE_LINES);
    expect(stage.recorder.calls()).not.toContain(SERVE);
  });

  test("reads answers with warnings around them", async ({ stage }) => {
    stage.recorder.set({ noise: 'Warning: client version "1.92.3" != tailscaled server version "1.90.1"\n' });

    await stage.expose().start();

    expect(stage.said).toEqual(SERVE_LINES);
  });

  test("takes the internet out again after a run with Funnel", async ({ stage }) => {
    stage.recorder.set({ serve: { ...ONLY_OURS, AllowFunnel: { [`${HOST}:443`]: true } } });

    await stage.expose().start();

    expect(stage.recorder.state.serve).toEqual(ONLY_OURS);
  });
});

test.describe("Funnel", () => {
  test("lets the internet in, says the promised lines and tells the true address", async ({ stage }) => {
    const exposure = stage.expose("funnel");

    await exposure.start();

    expect(stage.said).toEqual(["Tailscale Funnel enabled", `Funnel URL: https://${HOST}`]);
    expect(stage.recorder.state.serve).toEqual({ ...ONLY_OURS, AllowFunnel: { [`${HOST}:443`]: true } });
    expect(exposure.isServing()).toBe(false);
  });
});

test.describe("a failure", () => {
  test("row 25: serve denied by tailscaled is a warning with the --operator command", async ({ stage }) => {
    stage.recorder.set({ operator: false });
    const exposure = stage.expose();

    await exposure.start();

    expect(stage.said).toEqual([]);
    expect(stage.warned).toEqual([
      "Tailscale serve is not active: sending serve config: Access denied: serve config denied. " +
        "To change that: sudo tailscale set --operator=$USER. The gateway runs without it and keeps trying.",
    ]);
    expect(exposure.state.kind).toBe("waiting");
    expect(stage.recorder.state.serve).toEqual({});
  });

  test("row 25: a denied serve is tried once through sudo without a password, and never again", async ({
    stage,
  }) => {
    stage.recorder.set({ operator: false });
    const exposure = stage.expose();

    await exposure.start();
    stage.clock.advance(5_000);
    await settled(exposure);

    const sudos = stage.recorder.calls().filter((call) => call.startsWith("sudo"));
    expect(sudos).toEqual([`sudo -n ${SERVE}`]);
    expect(stage.recorder.calls().filter((call) => call === SERVE)).toHaveLength(2);
    expect(stage.warned).toHaveLength(1);
  });

  test("row 25: a sudo that needs no password makes it work, for taking it back as well", async ({
    stage,
  }) => {
    stage.recorder.set({ operator: false, sudo: "works" });
    const exposure = stage.expose("serve", { resetOnExit: true });

    await exposure.start();
    expect(stage.said).toEqual(SERVE_LINES);
    await exposure.stop(5_000);

    expect(stage.recorder.state.serve).toEqual({});
    expect(stage.recorder.calls()).toContain(`sudo -n ${REMOVE}`);
  });

  for (const notEnabled of ["exits", "waits"] as const) {
    test(`tells where the tailnet's owner allows it when the program ${notEnabled}`, async ({ stage }) => {
      stage.recorder.set({ notEnabled });

      await stage.expose("funnel").start();

      expect(stage.said).toEqual([]);
      expect(stage.warned).toEqual([
        "Tailscale funnel is not active: Funnel is not enabled on your tailnet. To enable, visit: " +
          "https://login.tailscale.com/f/funnel?node=n1. The gateway runs without it and keeps trying.",
      ]);
    });
  }

  for (const [backendState, reason] of [
    ["NeedsLogin", "Tailscale is not logged in. To change that: tailscale up."],
    ["Stopped", "Tailscale is stopped. To change that: tailscale up."],
    ["Starting", "Tailscale is not ready (Starting)."],
  ] as const) {
    test(`names the state ${backendState} and serves nothing`, async ({ stage }) => {
      stage.recorder.set({ backendState });

      await stage.expose().start();

      expect(stage.warned).toEqual([
        `Tailscale serve is not active: ${reason} The gateway runs without it and keeps trying.`,
      ]);
      expect(stage.recorder.calls()).not.toContain(SERVE);
    });
  }

  test("of a machine without Tailscale names where to get it", async ({ stage }) => {
    stage.recorder.dispose();

    await stage.expose().start();

    expect(stage.warned).toEqual([
      "Tailscale serve is not active: the tailscale program was not found. To change that: install Tailscale from " +
        "https://tailscale.com/download. The gateway runs without it and keeps trying.",
    ]);
  });

  test("of a program that is too old says which one is needed", async ({ stage }) => {
    stage.recorder.set({ version: "1.50.1" });

    await stage.expose().start();

    expect(stage.warned.join()).toContain("Tailscale 1.50 is too old, 1.52 or newer is needed");
  });

  test("is told once, however often it is tried again", async ({ stage }) => {
    stage.recorder.set({ daemon: "down" });
    const exposure = stage.expose();

    await exposure.start();
    for (const waitMs of [5_000, 10_000, 20_000]) {
      stage.clock.advance(waitMs);
      await settled(exposure);
    }

    expect(stage.warned).toHaveLength(1);
    expect(stage.warned[0]).toContain("failed to connect to local tailscaled");
  });
});

test.describe("a tailscaled that comes up late", () => {
  test("is served as soon as it is there", async ({ stage }) => {
    stage.recorder.set({ daemon: "down" });
    const exposure = stage.expose();
    await exposure.start();

    stage.recorder.set({ daemon: "up" });
    stage.clock.advance(4_999);
    expect(exposure.state.kind).toBe("waiting");
    stage.clock.advance(1);
    await settled(exposure);

    expect(stage.said).toEqual(SERVE_LINES);
    expect(exposure.isServing()).toBe(true);
  });

  test("is asked after 5, 10, 20, 40, then every 60 s, and after ten minutes every 5", async ({ stage }) => {
    stage.recorder.set({ daemon: "down" });
    const exposure = stage.expose();
    await exposure.start();

    const begunAtMs = stage.clock.now();
    const waits: number[] = [];
    while (stage.clock.now() - begunAtMs < 1_200_000) {
      const from = stage.clock.now();
      while (exposure.state.kind === "waiting") stage.clock.advance(1_000);
      waits.push((stage.clock.now() - from) / 1_000);
      await settled(exposure);
    }

    expect(waits).toEqual([5, 10, 20, 40, ...Array(9).fill(60), 300, 300]);
  });
});

test.describe("a clock that is set", () => {
  for (const byMs of [-259_200_000, 259_200_000]) {
    test(`F10: does not change how eagerly it is tried again (${byMs} ms)`, async ({ stage }) => {
      stage.recorder.set({ daemon: "down" });
      const exposure = stage.expose();
      await exposure.start();
      stage.clock.set(stage.clock.now() + byMs);
      stage.clock.advance(5_000);
      await settled(exposure);

      stage.clock.advance(10_000);
      expect(exposure.state.kind).toBe("attempting");
      await settled(exposure);
    });
  }
});

test.describe("rules of others", () => {
  const foreign = {
    TCP: { 443: { HTTPS: true } },
    Web: { [`${HOST}:443`]: { Handlers: { "/": { Proxy: "http://127.0.0.1:3000" } } } },
  };

  test("at the root are left alone, and the warning names the command that clears them", async ({
    stage,
  }) => {
    stage.recorder.set({ serve: foreign });
    const exposure = stage.expose("serve", { resetOnExit: true });

    await exposure.start();
    await exposure.stop(5_000);

    expect(stage.warned).toEqual([
      `Tailscale serve is not active: Tailscale already hands https://${HOST}/ to http://127.0.0.1:3000, which was left ` +
        `as it is. To change that: ${REMOVE}. The gateway runs without it and keeps trying.`,
    ]);
    expect(stage.recorder.state.serve).toEqual(foreign);
  });

  test("are never laid open to the internet by our Funnel", async ({ stage }) => {
    const wiki = {
      TCP: { 443: { HTTPS: true } },
      Web: { [`${HOST}:443`]: { Handlers: { "/wiki": { Proxy: "http://127.0.0.1:3000" } } } },
    };
    stage.recorder.set({ serve: wiki });

    await stage.expose("funnel").start();

    expect(stage.warned.join()).toContain(`it would lay open to the internet https://${HOST}/wiki`);
    expect(stage.recorder.state.serve).toEqual(wiki);
  });

  test("row 26: foreign serve rules exist, reset on exit removes only ours", async ({ stage }) => {
    const others = {
      TCP: { 443: { HTTPS: true }, 8443: { HTTPS: true }, 22: { TCPForward: "127.0.0.1:22" } },
      Web: {
        [`${HOST}:443`]: { Handlers: { "/wiki": { Proxy: "http://127.0.0.1:3000" } } },
        [`${HOST}:8443`]: { Handlers: { "/": { Proxy: "http://127.0.0.1:4000" } } },
      },
      AllowFunnel: { [`${HOST}:8443`]: true },
    };
    stage.recorder.set({ serve: others });
    const exposure = stage.expose("serve", { resetOnExit: true });

    await exposure.start();
    expect(stage.recorder.state.serve).toMatchObject({ Web: { [`${HOST}:443`]: { Handlers: OURS } } });
    await exposure.stop(5_000);

    expect(stage.recorder.state.serve).toEqual(others);
    expect(stage.recorder.calls()).not.toContain("tailscale serve reset");
    expect(stage.warned).toEqual([]);
  });

  test("row 26: a root that somebody else took over meanwhile stays", async ({ stage }) => {
    const exposure = stage.expose("serve", { resetOnExit: true });
    await exposure.start();
    stage.recorder.set({ serve: foreign });

    await exposure.stop(5_000);

    expect(stage.recorder.state.serve).toEqual(foreign);
    expect(stage.recorder.calls()).not.toContain(REMOVE);
  });
});

test.describe("stop", () => {
  test("leaves the exposure in place unless a reset was asked for", async ({ stage }) => {
    const exposure = stage.expose();
    await exposure.start();

    await exposure.stop(5_000);

    expect(stage.recorder.state.serve).toEqual(ONLY_OURS);
    expect(exposure.state).toEqual({ kind: "stopped" });
    expect(exposure.isServing()).toBe(false);
  });

  test("takes Funnel back with the internet's way in", async ({ stage }) => {
    const exposure = stage.expose("funnel", { resetOnExit: true });
    await exposure.start();

    await exposure.stop(5_000);

    expect(stage.recorder.state.serve).toEqual({});
  });

  test("says what stays behind when the handler cannot be removed", async ({ stage }) => {
    const exposure = stage.expose("serve", { resetOnExit: true });
    await exposure.start();
    stage.recorder.set({ operator: false });

    await exposure.stop(5_000);

    expect(stage.warned).toEqual([
      `Tailscale still hands https://${HOST}/ to the gateway: sending serve config: Access denied: serve config denied. ` +
        `To end that: ${REMOVE}`,
    ]);
  });

  test("ends an attempt under way and keeps to its deadline", async ({ stage }) => {
    stage.recorder.set({ slow: { serve: 60_000 } });
    const exposure = stage.expose("serve", { resetOnExit: true });
    const started = exposure.start();
    await expect.poll(() => stage.recorder.calls()).toContain("tailscale serve status --json");

    const before = performance.now();
    await exposure.stop(1_000);

    await started;
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(stage.said).toEqual([]);
    expect(stage.clock.pending).toBe(0);
  });

  test("tries nothing any more", async ({ stage }) => {
    stage.recorder.set({ daemon: "down" });
    const exposure = stage.expose();
    await exposure.start();

    await Promise.all([exposure.stop(1_000), exposure.stop(1_000)]);

    expect(stage.clock.pending).toBe(0);
  });

  test("withdraw takes the exposure back although no reset was asked for", async ({ stage }) => {
    const exposure = stage.expose();
    await exposure.start();

    await exposure.withdraw(5_000);

    expect(stage.recorder.state.serve).toEqual({});
  });
});

test.describe("whois", () => {
  test("tells the owner of an address, and nobody for unknown and tagged machines", async ({ stage }) => {
    stage.recorder.set({
      people: {
        "100.64.0.7": { login: "ada@example.com" },
        "100.64.0.8": { login: "tagged-devices", tags: ["tag:server"] },
      },
    });
    const directory = stage.expose();

    expect(await directory.loginOf("100.64.0.7")).toBe("ada@example.com");
    expect(await directory.loginOf("100.64.0.8")).toBeUndefined();
    expect(await directory.loginOf("100.64.0.9")).toBeUndefined();
    expect(await directory.loginOf("100.64.0.7")).toBe("ada@example.com");
    expect(stage.recorder.calls().filter((call) => call.includes("whois"))).toHaveLength(3);
  });

  test("gives up after 5 s", async ({ stage }) => {
    stage.recorder.set({ slow: { whois: 60_000 } });
    const cli = new TailscaleCli({ env: stage.recorder.env, platform: process.platform });

    const before = performance.now();
    const answer = await cli.loginOf("100.64.0.7");

    expect(answer).toMatchObject({ ok: false, failure: { kind: "timed-out" } });
    expect(performance.now() - before).toBeLessThan(8_000);
  });
});

import { expect, test } from "@playwright/test";
import type { ActionRow, MenuRow } from "../../../../tray/backends/tray-backend.ts";
import { ICON_NAMES } from "../../../../tray/icons.ts";
import {
  DOCTOR_ROWS,
  FINDING_MAX_CHARS,
  TOOLTIP_MAX_CHARS,
  WORKING_GRACE_MS,
} from "../../../../tray/model/limits.ts";
import { de } from "../../../../tray/model/texts/de.ts";
import { en } from "../../../../tray/model/texts/en.ts";
import {
  type GatewayState,
  NOTIFICATION_KINDS,
  type Observed,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";
import { deriveView } from "../../../../tray/model/view.ts";
import { expectEqual } from "../../../helpers/run/expect-equal.ts";
import {
  AUTH_MISMATCH,
  CRASH,
  GATEWAY,
  modelIn,
  NOW,
  PORT_IN_USE,
  REASONS,
  STATES,
  servedIn,
  stateOf,
} from "./samples.ts";

const withFacts = (model: TrayModel, facts: Partial<Observed>): TrayModel => ({
  ...model,
  facts: { ...model.facts, ...facts },
});

function rowsById(rows: readonly MenuRow[]): Map<string, ActionRow> {
  const all = (level: readonly MenuRow[]): ActionRow[] =>
    level.flatMap((row) => (row.kind === "row" ? [row, ...all(row.children ?? [])] : []));
  return new Map(all(rows).map((row) => [row.id, row]));
}

const rowOf = (model: TrayModel, id: string) => rowsById(deriveView(model, en, NOW).rows).get(id);
const look = (gateway: GatewayState, facts: Partial<Observed> = {}, nowMs = NOW) => {
  const { icon, label, detail, tooltip, refreshMs } = deriveView(
    withFacts(modelIn(gateway), facts),
    en,
    nowMs,
  );
  return { icon, label, detail, tooltip, refreshMs };
};

test.describe("the view of a state", () => {
  for (const [what, gateway, icon, label, detail] of [
    ["stopped", stateOf("stopped"), "stopped", "Stopped", ""],
    ["probing", stateOf("probing"), "busy", "Starting …", "Looking for a gateway on the port"],
    ["starting", stateOf("starting", { planned: false }), "busy", "Starting …", "for 0 s, at most 45 s"],
    [
      "restarting by itself",
      stateOf("starting", { planned: true }),
      "busy",
      "Restarting …",
      "for 0 s, at most 45 s",
    ],
    [
      "running",
      stateOf("running"),
      "normal",
      "Running",
      "up 3 h 12 m · 2 clients · anthropic/claude-opus-4-5",
    ],
    [
      "attached",
      stateOf("attached"),
      "normal",
      "Running (started elsewhere)",
      "up 3 h 12 m · 2 clients · anthropic/claude-opus-4-5",
    ],
    ["degraded", stateOf("degraded"), "degraded", "Degraded", "A health check got no answer"],
    [
      "stopping",
      stateOf("stopping", { killing: false }),
      "busy",
      "Stopping …",
      "asked to end (SIGTERM) 0 s ago, at most 10 s",
    ],
    [
      "killing",
      stateOf("stopping", { killing: true }),
      "busy",
      "Stopping …",
      "did not end when asked, killed (SIGKILL)",
    ],
    [
      "backoff",
      stateOf("backoff"),
      "degraded",
      "Crashed, restarting soon",
      "Restart in 2 s (try 2): exit code 1",
    ],
    [
      "gave-up",
      stateOf("gave-up"),
      "error",
      "Gave up",
      "Crashed too often, last time: exit code 1. Start tries again",
    ],
    [
      "blocked",
      { kind: "blocked", reason: PORT_IN_USE },
      "error",
      "Cannot start",
      "Port 18789 is held by nginx, pid 812, www-data",
    ],
  ] as const) {
    test(`${what} says so with icon, label and detail`, () => {
      expect(look(gateway)).toMatchObject({ icon, label, detail });
    });
  }

  test("agrees in icon, tooltip and status row, in both languages", () => {
    for (const gateway of STATES) {
      for (const texts of [en, de]) {
        const view = deriveView(modelIn(gateway), texts, NOW);
        const status = rowsById(view.rows).get("status");
        const { icon, label, tooltip, state } = view;
        expectEqual(
          {
            icon: ICON_NAMES.includes(icon),
            status: status?.title.includes(label),
            tooltip: tooltip.includes(label) && [...tooltip].length <= TOOLTIP_MAX_CHARS,
            state,
          },
          { icon: true, status: true, tooltip: true, state: gateway.kind },
          tooltip,
        );
      }
    }
  });

  test("names url and pid in the status row", () => {
    expect(rowOf(modelIn(stateOf("running")), "status")?.title).toBe(
      "● Running · ws://127.0.0.1:18789 · PID 4711",
    );
    expect(rowOf(modelIn(stateOf("running"), { mode: "dev" }), "status")?.title).toContain("· Dev mode ·");
    expect(rowOf(modelIn(stateOf("stopping")), "status")?.title).toBe("◌ Stopping … · PID 4711");
  });

  test("names the profile when it is not the default one", () => {
    const named = withFacts(modelIn(stateOf("running")), { profile: "work" });

    expect(rowOf(named, "status")?.title).toBe("● Running · profile work · ws://127.0.0.1:18789 · PID 4711");
    expect(deriveView(named, de, NOW).tooltip).toBe("Clawdbot · Profil work · Läuft");
    const inDev = { ...named, intent: { ...named.intent, mode: "dev" as const } };
    expect(rowOf(inDev, "status")?.title).toBe("● Running · Dev mode · ws://127.0.0.1:18789 · PID 4711");
  });

  test("puts the reason into the tooltip when something is wrong, and only then", () => {
    expect(look(stateOf("running")).tooltip).toBe("Clawdbot · Running");
    expect(look({ kind: "blocked", reason: AUTH_MISMATCH }).tooltip).toContain("token mismatch");
  });

  test("shows an impairment as degraded even while the agent works", () => {
    expect(look(stateOf("running"), { impairment: "Telegram: login expired", activeRuns: 1 })).toMatchObject({
      icon: "degraded",
      detail: "Telegram: login expired",
    });
  });

  test("shows much memory as degraded, in tooltip and details, and tells it in a notification", () => {
    const memory = { usedMb: 610, isShort: true };
    const model = withFacts(modelIn(stateOf("running")), { memory });

    expect(look(stateOf("running"), { memory: { usedMb: 410, isShort: false } })).toMatchObject({
      icon: "degraded",
      tooltip: "Clawdbot · Degraded · needs 410 MB of memory",
    });
    const view = deriveView(model, de, NOW);
    expect(view.detail).toBe("braucht 610 MB Speicher und nimmt keine neuen Nachrichten an");
    expect(view.notices.find(({ kind }) => kind === "memory")).toMatchObject({
      title: "Gateway braucht viel Speicher",
      body: "610 MB. Es nimmt keine neuen Nachrichten an und startet sich neu, wenn es mehr wird.",
    });
  });

  test("shows work until shortly after its end", () => {
    expect(look(stateOf("attached"), { activeRuns: 1 })).toMatchObject({
      icon: "activity",
      label: "Working",
    });
    const ended = { lastRunEndedAtMs: NOW };
    expect(look(stateOf("running"), ended, NOW + 500)).toMatchObject({
      icon: "activity",
      refreshMs: WORKING_GRACE_MS - 500,
    });
    expect(look(stateOf("running"), ended, NOW + WORKING_GRACE_MS)).toMatchObject({ icon: "normal" });
  });

  test("says what a click could not do", () => {
    expect(look(stateOf("attached"), { failedAction: "EPERM" }).detail).toBe("That did not work: EPERM");
  });

  test("leaves out what the gateway does not tell", () => {
    const silent = { ...GATEWAY, startedAtMs: null, clients: null, agentModel: null, pid: null, url: null };
    const model = modelIn({ kind: "running", owner: "child", gateway: silent, healthySinceMs: NOW });

    expect(rowOf(model, "status")?.title).toBe("● Running");
    expect(rowOf(model, "detail")).toMatchObject({ title: "", visible: false });
  });

  test("tells when its texts go stale", () => {
    for (const gateway of STATES) {
      const isAwaited = gateway.kind === "backoff" && gateway.by === "service";
      const isCounting = ["starting", "stopping", "backoff"].includes(gateway.kind) && !isAwaited;
      const isHealthy = gateway.kind === "running" || gateway.kind === "attached";
      expect(look(gateway).refreshMs).toBe(isCounting ? 1_000 : isHealthy ? 60_000 : null);
    }
  });
});

test.describe("the view of a service", () => {
  const of = (fields: object) => stateOf("stopping", { target: "service", ...fields });

  for (const [what, gateway, label, detail] of [
    ["running", stateOf("running", { owner: "service" }), "Running (service)", /^up 3 h 12 m/],
    ["being stopped", of({ because: "asked" }), "Stopping …", /^its service was asked to stop it 0 s ago$/],
    ["stopped elsewhere", of({ because: "elsewhere" }), "Stopping …", /^its service stops it$/],
    ["handed over", stateOf("stopping", { installs: true }), "Stopping …", /^A service takes its place$/],
    [
      "dead",
      stateOf("backoff", { by: "service" }),
      "Down, its service restarts it",
      /^Its service starts it again: exit code 1$/,
    ],
  ] as const) {
    test(`${what} says so with label and detail`, () => {
      expect(look(gateway)).toMatchObject({ label, detail: expect.stringMatching(detail) });
    });
  }

  test("names its owner for programs", () => {
    const ownerIn = (gateway: GatewayState) => deriveView(modelIn(gateway), en, NOW).owner;

    expect(ownerIn(stateOf("running", { owner: "service" }))).toBe("service");
    expect(ownerIn(stateOf("running", { owner: "child" }))).toBe("child");
    expect(ownerIn(stateOf("attached"))).toBe("attached");
    expect(ownerIn(stateOf("stopped"))).toBeNull();
  });
});

test.describe("durations", () => {
  for (const [ms, english, german] of [
    [59_000, "up for less than a minute", "seit weniger als einer Minute"],
    [60_000, "up 1 m", "seit 1 Min."],
    [3_600_000, "up 1 h 0 m", "seit 1 Std. 0 Min."],
    [90_000_000, "up 1 d 1 h", "seit 1 T. 1 Std."],
  ] as const) {
    test(`show ${ms} ms of uptime as "${english}"`, () => {
      const gateway = { ...GATEWAY, startedAtMs: NOW - ms };
      const model = modelIn({ kind: "running", owner: "child", gateway, healthySinceMs: NOW });
      expect(deriveView(model, en, NOW).detail).toMatch(new RegExp(`^${english} ·`));
      expect(deriveView(model, de, NOW).detail).toMatch(new RegExp(`^${german} ·`));
    });
  }
});

test.describe("reasons", () => {
  test("name what blocks the start and what helps", () => {
    const details = REASONS.map((reason) => look({ kind: "blocked", reason }).detail);

    expect(details).toEqual([
      "Port 18789 is held by nginx, pid 812, www-data",
      "Port is held by another program",
      "Configuration invalid: /home/me/.clawdbot/clawdbot.json · line 3: comma (and 1 more). Correct the file; the start follows by itself",
      "The gateway does not accept our secret: token mismatch. Check gateway.auth",
      "The gateway speaks protocol 4, this program 3. Update the older one",
      "A program is missing: node is not installed",
      "set gateway.mode=local · clawdbot config set gateway.mode local",
      "There is no configuration yet. “Set up …” in the menu writes one, starts, and opens the page",
    ]);
  });

  test("name how a gateway ended", () => {
    const detailOf = (crash: Partial<typeof CRASH>) =>
      look({ kind: "gave-up", crash: { ...CRASH, ...crash } }).detail;

    expect(detailOf({ code: null, signal: "SIGKILL" })).toContain("ended by SIGKILL");
    expect(detailOf({ code: null })).toContain("ended for an unknown reason");
    expect(detailOf({ cause: "unresponsive" })).toContain("it no longer answered");
    expect(detailOf({ cause: "not-ready" })).toContain("it did not become ready in time");
    expect(detailOf({ cause: "vanished" })).toContain("it is no longer there");
  });

  test("name what is wrong with a degraded gateway", () => {
    const troubles = STATES.filter((state) => state.kind === "degraded").map((state) => look(state).detail);

    expect(new Set(troubles)).toEqual(
      new Set([
        "A health check got no answer",
        "Connection lost, reconnecting",
        "The gateway does not accept our secret: token mismatch. Check gateway.auth",
      ]),
    );
  });
});

test.describe("the menu", () => {
  test("has the same slots in every state, with separators on the top level only", () => {
    const slots = (rows: readonly MenuRow[]): unknown =>
      rows.map((row) => (row.kind === "row" ? [row.id, slots(row.children ?? [])] : "-"));
    const expected = slots(deriveView(modelIn(stateOf("stopped")), en, NOW).rows);

    for (const gateway of STATES) {
      expect(slots(deriveView(modelIn(gateway), de, NOW).rows)).toEqual(expected);
    }
    const { rows } = deriveView(modelIn(stateOf("stopped")), en, NOW);
    expect(rows.map((row) => (row.kind === "row" ? row.id : "-")).join(" ")).toBe(
      "status detail approval-1 approval-2 approval-3 device-1 device-2 device-3 - set-up start stop restart free-port dev-mode reset-dev - open-dashboard copy-link copy-token logs run-doctor doctor - settings about relaunch quit",
    );
    expect([...rowsById(rows).keys()]).toEqual(
      expect.arrayContaining(["show-log", "send-test", "notify-down"]),
    );
  });

  for (const [what, gateway, desired, enabled] of [
    ["stopped", stateOf("stopped"), "stopped", ["start"]],
    ["probing", stateOf("probing"), "run", ["stop"]],
    ["starting", stateOf("starting"), "run", ["stop"]],
    ["running", stateOf("running"), "run", ["stop", "restart", "open-dashboard", "copy-link"]],
    ["degraded", stateOf("degraded"), "run", ["stop", "restart", "open-dashboard", "copy-link"]],
    ["stopping to rest", stateOf("stopping"), "stopped", ["start"]],
    ["stopping to start again", stateOf("stopping"), "run", ["stop"]],
    ["backoff", stateOf("backoff"), "run", ["start", "stop"]],
    ["gave-up", stateOf("gave-up"), "run", ["start", "stop"]],
  ] as const) {
    test(`offers what makes sense while ${what}`, () => {
      const rows = rowsById(deriveView(modelIn(gateway, { desired }), en, NOW).rows);
      const offered = ["start", "stop", "restart", "open-dashboard", "copy-link"].filter(
        (id) => rows.get(id)?.enabled,
      );
      expect(offered).toEqual([...enabled]);
    });
  }

  test("offers to free the port only when it is known who holds it", () => {
    expect(rowOf(modelIn({ kind: "blocked", reason: PORT_IN_USE }), "free-port")).toMatchObject({
      visible: true,
      title: "Free the port and start (ends nginx, pid 812, www-data)",
    });
    const unknown = { kind: "port-in-use", port: 1, pid: null, command: null, user: null } as const;
    expect(rowOf(modelIn({ kind: "blocked", reason: unknown }), "free-port")?.visible).toBe(false);
    expect(rowOf(modelIn(stateOf("running")), "free-port")?.visible).toBe(false);
  });

  test("U16: offers to set up where nothing is configured, quietly, instead of a start that would be refused", () => {
    const bare = modelIn({ kind: "blocked", reason: { kind: "not-set-up" } });

    expect(rowOf(bare, "set-up")).toMatchObject({ visible: true, enabled: true, title: "Set up …" });
    expect(rowOf(bare, "start")?.enabled).toBe(false);
    expect(deriveView(bare, en, NOW)).toMatchObject({ icon: "stopped", label: "Not set up yet" });
    expect(deriveView(bare, de, NOW).detail).toContain("„Einrichten …“");
    expect(deriveView(bare, en, NOW).notices[0]?.title).toBe("Clawdbot is not set up yet");
    expect(rowOf(modelIn({ kind: "blocked", reason: PORT_IN_USE }), "set-up")?.visible).toBe(false);
  });

  test("says what Quit does", () => {
    const quit = (gateway: GatewayState, onQuit: "auto" | "keep" | "stop") =>
      rowOf(modelIn(gateway, { onQuit }), "quit")?.title;

    expect(quit(stateOf("running"), "auto")).toBe("Quit and stop the gateway");
    expect(quit(stateOf("running"), "keep")).toBe("Quit (gateway keeps running)");
    expect(quit(stateOf("attached"), "stop")).toBe("Quit (gateway keeps running)");
    expect(quit(stateOf("running", { owner: "service" }), "stop")).toBe("Quit (gateway keeps running)");
    expect(quit(stateOf("backoff", { by: "service" }), "auto")).toBe("Quit (gateway keeps running)");
    expect(quit(stateOf("backoff", { by: "tray" }), "auto")).toBe("Quit");
    expect(quit(stateOf("stopped"), "stop")).toBe("Quit");
    expect(quit(stateOf("stopping", { target: "attached" }), "auto")).toBe("Quit");
  });

  test("shows the settings as they are", () => {
    const model = modelIn(stateOf("running"), {
      launchAtLogin: true,
      onQuit: "keep",
      mode: "dev",
      silenced: ["down"],
    });

    for (const id of ["launch-at-login", "keep-on-quit", "dev-mode"])
      expect(rowOf(model, id)?.checked).toBe(true);
    for (const kind of NOTIFICATION_KINDS) {
      expect(rowOf(model, `notify-${kind}`)?.checked).toBe(kind !== "down");
    }
  });

  test("offers to run as a service outside dev mode, while neither a start nor a stop is under way", () => {
    for (const gateway of STATES) {
      const isBetween = ["probing", "starting", "stopping"].includes(gateway.kind);
      expect(rowOf(modelIn(gateway), "run-as-service")).toMatchObject({
        title: "Run as a service",
        checked: false,
        enabled: !isBetween,
      });
    }
    const running = servedIn(stateOf("running", { owner: "service" }));
    expect(rowOf(running, "run-as-service")?.checked).toBe(true);
    const dev = { ...running, intent: { ...running.intent, mode: "dev" as const } };
    expect(rowOf(dev, "run-as-service")).toMatchObject({ checked: true, enabled: false });
    expect(rowOf(withFacts(running, { quitting: true }), "run-as-service")?.enabled).toBe(false);
  });

  test("shows what agents ask, each with its answers, while a gateway is connected", () => {
    const places = [null, { requestId: "q", command: "git push", folder: "/home/ada/clawd" }, null];
    const waiting = { approvals: { places, next: 2 } };
    const model = withFacts(modelIn(stateOf("running")), waiting);

    expect(rowOf(model, "approval-1")?.visible).toBe(false);
    expect(rowOf(model, "approval-2")).toMatchObject({
      title: "Wants to run: git push, in /home/ada/clawd",
      visible: true,
      children: [
        { id: "allow-2", title: "Allow once" },
        { id: "deny-2", title: "Deny" },
      ],
    });
    expect(rowOf(withFacts(modelIn(stateOf("stopped")), waiting), "approval-2")?.visible).toBe(false);
    const hidden = [{ requestId: "q", command: `ls ${"x".repeat(500)}; rm -rf ~`, folder: null }, null, null];
    expect(
      rowOf(withFacts(model, { approvals: { places: hidden, next: 0 } }), "approval-1")?.children,
    ).toMatchObject([
      { id: "allow-1", enabled: false },
      { id: "deny-1", enabled: true },
    ]);
    expect(deriveView(model, de, NOW).notices.at(-1)).toMatchObject({
      key: "approval:q",
      kind: "approval",
      title: "Ein Befehl wartet auf Ihre Erlaubnis",
      actions: [
        { id: "allow", label: "Einmal erlauben" },
        { id: "deny", label: "Ablehnen" },
      ],
    });
    const long = deriveView(withFacts(model, { approvals: { places: hidden, next: 0 } }), en, NOW);
    expect(long.notices.at(-1)?.actions).toEqual([{ id: "deny", label: "Deny" }]);
  });

  test("shows devices that wait, each with its answers, while a gateway is connected", () => {
    const places = [null, { requestId: "r", name: "Ada's phone", from: "203.0.113.7" }, null];
    const waiting = { devices: { places, next: 2 } };
    const model = withFacts(modelIn(stateOf("running")), waiting);

    expect(rowOf(model, "device-1")?.visible).toBe(false);
    expect(rowOf(model, "device-2")).toMatchObject({
      title: "Wants to connect: Ada's phone, from 203.0.113.7",
      visible: true,
      children: [
        { id: "approve-2", title: "Approve" },
        { id: "reject-2", title: "Reject" },
      ],
    });
    expect(rowOf(withFacts(modelIn(stateOf("stopped")), waiting), "device-2")?.visible).toBe(false);
    expect(deriveView(model, de, NOW).notices.at(-1)).toMatchObject({
      key: "pairing:r",
      kind: "pairing",
      title: "Ein Gerät möchte sich verbinden",
    });
  });

  test("lists what the doctor found, up to the slots there are, and the report", () => {
    const finding = {
      code: "x",
      level: "warning",
      message: "the log is large",
      remedy: "rotate it",
    } as const;
    const model = modelIn(stateOf("running"));
    expect(rowOf(model, "run-doctor")).toMatchObject({ title: "Run doctor", enabled: true });
    expect(rowOf(model, "doctor")?.visible).toBe(false);

    const findings = [
      { ...finding, level: "error" as const, remedy: null },
      ...Array.from({ length: DOCTOR_ROWS }, () => finding),
    ];
    const looked = withFacts(model, { doctor: { isLooking: false, findings } });
    expect(rowOf(looked, "doctor")).toMatchObject({ title: "9 findings of the doctor", visible: true });
    expect(rowOf(looked, "doctor-1")).toMatchObject({ title: "■ the log is large", visible: true });
    expect(rowOf(looked, "doctor-2")?.title).toBe("▲ the log is large → rotate it");
    expect(rowOf(looked, `doctor-${DOCTOR_ROWS}`)?.visible).toBe(true);
    expect(rowOf(looked, "doctor-report")?.title).toBe("Show the report");

    const long = [{ ...finding, message: `${"x".repeat(200)}.` }];
    const wide = withFacts(model, { doctor: { isLooking: false, findings: long } });
    expect([...(rowOf(wide, "doctor-1")?.title ?? "")]).toHaveLength(FINDING_MAX_CHARS);
    const one = withFacts(model, { doctor: { isLooking: true, findings: [{ ...finding, level: "hint" }] } });
    expect(rowOf(one, "run-doctor")).toMatchObject({ title: "The doctor is looking …", enabled: false });
    expect(rowOf(one, "doctor")?.title).toBe("1 finding of the doctor");
    expect(rowOf(one, "doctor-1")?.title).toBe("○ the log is large → rotate it");
    expect(rowOf(one, "doctor-2")?.visible).toBe(false);
    const well = withFacts(model, { doctor: { isLooking: false, findings: [] } });
    expect(rowOf(well, "doctor")?.visible).toBe(false);
  });

  test("offers the reset in dev mode, while neither a start nor a stop is under way", () => {
    expect(rowOf(modelIn(stateOf("running")), "reset-dev")?.visible).toBe(false);
    for (const gateway of STATES) {
      const rows = rowsById(deriveView(modelIn(gateway, { mode: "dev" }), en, NOW).rows);
      const isBetween = ["probing", "starting", "stopping"].includes(gateway.kind);

      expect(rows.get("reset-dev")).toMatchObject({ title: "Reset dev …", visible: true });
      expect(rows.get("reset-dev-really")).toMatchObject({ title: "Really reset", enabled: !isBetween });
    }
  });

  test("offers the last crash when there is evidence", () => {
    const model = modelIn(stateOf("running"));
    expect(rowOf(model, "show-crash")?.enabled).toBe(false);
    expect(rowOf(withFacts(model, { lastCrash: CRASH }), "show-crash")?.enabled).toBe(true);
    const vanished = { ...CRASH, evidence: null };
    expect(rowOf(withFacts(model, { lastCrash: vanished }), "show-crash")?.enabled).toBe(false);
  });

  test("F3: offers the installed version as soon as it is another one", () => {
    const model = modelIn(stateOf("running"));
    const row = (replacedBy: Observed["replacedBy"]) => rowOf(withFacts(model, { replacedBy }), "relaunch");

    expect(row(null)?.visible).toBe(false);
    expect(row({ version: null })?.visible).toBe(false);
    expect(row({ version: "0.2.0" })).toMatchObject({
      visible: true,
      enabled: true,
      title: "Restart to use version 0.2.0",
    });
  });

  test("offers nothing that starts or stops while the tray is leaving", () => {
    const rows = rowsById(
      deriveView(withFacts(modelIn(stateOf("stopping")), { quitting: true }), en, NOW).rows,
    );

    for (const id of ["start", "stop", "restart", "free-port", "dev-mode", "relaunch", "quit"]) {
      expect(rows.get(id)?.enabled, id).toBe(false);
    }
  });
});

test.describe("the notices", () => {
  const noticesOf = (gateway: GatewayState, facts: Partial<Observed> = {}) =>
    deriveView(withFacts(modelIn(gateway), facts), en, NOW).notices;
  const down = { downSinceMs: NOW - 1_000, lastCrash: CRASH };

  test("tell an outage with its reason and what is being tried", () => {
    expect(noticesOf(stateOf("backoff"), down)).toEqual([
      {
        key: "down",
        kind: "down",
        occurrence: String(NOW - 1_000),
        outageMs: NOW - 1_000,
        title: "Gateway down",
        body: "Reason: exit code 1. Restart in 2 s (try 2).",
      },
    ]);
    expect(noticesOf(stateOf("probing"), down)[0]?.body).toBe("Reason: exit code 1. Restarting now.");
    expect(noticesOf(stateOf("probing"), { ...down, lastCrash: null })[0]?.body).toContain("unknown reason");
    expect(noticesOf(stateOf("degraded", { owner: "attached" }), down)[0]?.body).toContain(
      "started elsewhere",
    );
    expect(noticesOf(stateOf("degraded", { owner: "child" }), down)[0]?.body).toContain("health check");
    expect(noticesOf(stateOf("backoff", { by: "service" }), down)[0]?.body).toBe(
      "Reason: exit code 1. Its service starts it again.",
    );
  });

  test("are silent when nothing is wrong, while stopping and when stopped", () => {
    for (const kind of ["probing", "starting", "degraded", "backoff"] as const) {
      expect(noticesOf(stateOf(kind))).toEqual([]);
    }
    for (const kind of ["stopped", "stopping"] as const) expect(noticesOf(stateOf(kind), down)).toEqual([]);
  });

  test("tell that restarting was given up and where the evidence lies", () => {
    const [notice] = noticesOf(stateOf("gave-up"), down);

    expect(notice).toMatchObject({ key: "gave-up", outageMs: NOW - 1_000 });
    expect(notice?.body).toContain(CRASH.evidence);
    const vanished = noticesOf({ kind: "gave-up", crash: { ...CRASH, evidence: null } }, down);
    expect(vanished[0]?.body).toMatch(/choose Start\.$/);
  });

  test("F3: tell an update once per version, whatever the gateway does", () => {
    for (const gateway of [stateOf("running"), stateOf("stopped")]) {
      const notices = noticesOf(gateway, { replacedBy: { version: "0.2.0" } });
      expect(notices.at(-1)).toMatchObject({ key: "updated", kind: "updated", occurrence: "0.2.0" });
      expect(noticesOf(gateway, { replacedBy: { version: null } }).map(({ key }) => key)).not.toContain(
        "updated",
      );
    }
  });

  test("have one key per blocking cause", () => {
    const keys = REASONS.map((reason) => noticesOf({ kind: "blocked", reason })[0]?.key);

    expect(new Set(keys).size).toBe(new Set(REASONS.map(({ kind }) => kind)).size);
  });

  test("tell the end of the last outage while the gateway is well", () => {
    const kinds = (facts: Partial<Observed>) => noticesOf(stateOf("attached"), facts).map(({ kind }) => kind);

    expect(kinds({})).toEqual(["connected"]);
    expect(kinds({ recoveredFromMs: NOW })).toEqual(["connected", "recovered"]);
    expect(noticesOf(stateOf("running"))[0]?.body).toBe("It answers on ws://127.0.0.1:18789 (pid 4711).");
  });
});

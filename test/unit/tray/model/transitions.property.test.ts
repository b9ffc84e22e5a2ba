/** Random lives of a tray in a hostile world: what must hold whatever happens, in whatever order. */
import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { ICON_NAMES } from "../../../../tray/icons.ts";
import type { Effect } from "../../../../tray/model/effects.ts";
import type { TrayEvent } from "../../../../tray/model/events.ts";
import { BREAKER_CRASHES, BREAKER_WINDOW_MS } from "../../../../tray/model/limits.ts";
import { TEXTS as CATALOGUE } from "../../../../tray/model/texts/index.ts";
import { step } from "../../../../tray/model/transitions.ts";
import {
  type GatewayState,
  ownerOf,
  type StateKind,
  type TrayModel,
} from "../../../../tray/model/tray-model.ts";
import { deriveView } from "../../../../tray/model/view.ts";
import { EVENTS, modelIn, NOW, STATES, servedIn } from "./samples.ts";
import { type Happening, World } from "./world.ts";

const RUNS = 10_000;

const CLICKS: readonly TrayEvent[] = [
  { type: "user-start" },
  { type: "user-stop" },
  { type: "user-restart" },
  { type: "user-free-port" },
  { type: "user-toggle-dev" },
  { type: "user-reset-dev" },
  { type: "user-run-as-service", enabled: true },
  { type: "user-run-as-service", enabled: true },
  { type: "user-run-as-service", enabled: false },
  { type: "set-keep-on-quit", enabled: true },
  { type: "activity", activeRuns: 1 },
  { type: "impairment", message: "expired" },
  { type: "memory", use: { usedMb: 410, isShort: false } },
];
const QUITS: readonly TrayEvent[] = [
  { type: "user-quit", gateway: "setting" },
  { type: "user-quit", gateway: "keep" },
];
const STARTING_CLICKS = new Set([
  "user-start",
  "user-restart",
  "user-free-port",
  "user-reset-dev",
  "user-run-as-service",
]);
/** What begins a new count of crashes: a click, or a change that is nobody's crash. */
const PROMPTS = new Set([...STARTING_CLICKS, "user-toggle-dev", "cause-changed", "shutdown-announced"]);

/** Fails when a rule is broken; remembers what the rules need to know of the past. */
class Rules {
  #mayStart: boolean;
  #mayReset = false;
  #spawnTimesMs: number[] = [];

  constructor(mayStart: boolean) {
    this.#mayStart = mayStart;
  }

  check(world: World, event: TrayEvent, before: TrayModel): void {
    const { model, effects } = world;
    if (STARTING_CLICKS.has(event.type) && !before.facts.quitting && model.intent.desired === "run") {
      this.#mayStart = true;
    }
    if (event.type === "user-stop" && !before.facts.quitting) this.#mayStart = false;
    // A service that somebody started elsewhere is meant to run.
    const isServed = event.type === "connected" && event.gateway.service !== null;
    if (isServed && model.intent.desired === "run") this.#mayStart = true;
    if (event.type === "service-status" && model.intent.desired === "stopped") this.#mayStart = false;
    if (PROMPTS.has(event.type) || isServed) this.#spawnTimesMs = [];
    if (event.type === "user-reset-dev") this.#mayReset = model.facts.resetsDev;
    if (event.type === "user-stop" || event.type === "user-toggle-dev") this.#mayReset = false;

    for (const effect of effects) {
      if (effect.type === "signal-stop") must(!world.isServiceProcess(effect.pid), "signals a service");
      if (effect.type === "service") {
        const isStart = effect.verb !== "stop" && effect.verb !== "uninstall";
        must(!isStart || this.#mayStart, `asks for a ${effect.verb} although the user stopped it`);
        must(!model.facts.quitting, "touches the service while leaving");
      }
      if (effect.type !== "spawn") continue;
      must(effect.reset || !world.hasService(effect.mode), "spawns in the place of a service");
      must(this.#mayStart && model.intent.desired === "run", "spawns although the user stopped it");
      must(world.children.length === 0 && !world.isSpawning, "spawns a second gateway");
      must(!model.facts.quitting, "spawns while leaving");
      must(!effect.reset || this.#mayReset, "resets without a click for this very start");
      must(!effect.reset || effect.mode === "dev", "resets another profile than dev");
      this.#mayReset = false;
      this.#spawnTimesMs = this.#spawnTimesMs.filter((atMs) => atMs > world.nowMs - BREAKER_WINDOW_MS);
      this.#spawnTimesMs.push(world.nowMs);
      must(this.#spawnTimesMs.length <= BREAKER_CRASHES, "spawns more often than the breaker allows");
    }
    must(world.children.length <= 1, "two gateways of ours");
    if (world.children.length === 1) must(ownerOf(model.gateway) === "child", "forgets its child");
    checkView(model, world.nowMs);
  }
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const TEXTS = [CATALOGUE.en, CATALOGUE.de] as const;
const GLYPH_OF = { stopped: "○", busy: "◌", normal: "●", activity: "●", degraded: "▲", error: "■" };

/** Icon, tooltip and status row say the same, and the menu keeps its slots. */
function checkView(model: TrayModel, nowMs: number): void {
  const view = deriveView(model, TEXTS[model.facts.generation % 2] ?? TEXTS[0], nowMs);
  const [status] = view.rows;
  must(status?.kind === "row" && status.id === "status", "the status row comes first");
  must(ICON_NAMES.includes(view.icon), "an icon that exists");
  must(status.title.startsWith(`${GLYPH_OF[view.icon]} ${view.label}`), "the status row fits the icon");
  must(view.tooltip.includes(view.label), "the tooltip fits the status row");
  must(JSON.stringify(slots(view.rows)) === SLOTS, "the menu keeps its slots");
  must(new Set(view.notices.map(({ key }) => key)).size === view.notices.length, "one notice per key");
}

function slots(rows: ReturnType<typeof deriveView>["rows"]): unknown[] {
  return rows.map((row) => (row.kind === "separator" ? "-" : [row.id, ...slots(row.children ?? [])]));
}

const SLOTS = JSON.stringify(slots(deriveView(modelIn({ kind: "stopped" }), TEXTS[0], NOW).rows));

/** Lets everything go well until nothing more can happen. */
function drain(world: World, done: () => boolean): void {
  for (let count = 0; count < 100 && !done(); count++) world.goodHappenings()[0]?.run();
}

test.describe("the state machine in a hostile world", () => {
  test.setTimeout(240_000);

  test(`keeps its rules in ${RUNS} random lives, and can be stopped and started from wherever they led`, () => {
    const reached = new Set<string>();
    let events = 0;
    const life = fc.record({
      desired: fc.constantFrom("run" as const, "stopped" as const),
      isCrashLoop: fc.boolean(),
      choices: fc.array(fc.record({ group: fc.nat(9), pick: fc.nat(999) }), { minLength: 20, maxLength: 60 }),
    });
    const property = fc.property(life, ({ desired, isCrashLoop, choices }) => {
      const rules = new Rules(desired === "run");
      const world = new World({ desired }, (...happened) => {
        events += 1;
        rules.check(...happened);
      });
      try {
        world.dispatch({ type: "launched" });
        for (const { group, pick } of choices) {
          if (world.hasLeft) break;
          reached.add(shapeOf(world.model.gateway));
          const options = isCrashLoop ? crashLoop(world, group) : optionsOf(world, group);
          options[pick % Math.max(options.length, 1)]?.run();
        }
        checkWayOut(world);
      } catch (error) {
        throw new Error(`${String(error)}\n${world.log.join("\n")}`, { cause: error });
      }
    });

    fc.assert(property, { numRuns: RUNS });

    expect(events).toBeGreaterThan(10 * RUNS);
    expect([...reached].sort()).toEqual(expect.arrayContaining(SHAPES));
  });

  test(`stays stopped and derivable under ${RUNS} sequences of events that make no sense`, () => {
    const event = fc.constantFrom(...EVENTS);
    const property = fc.property(
      fc.constantFrom(...STATES),
      fc.array(event, { maxLength: 20 }),
      (gateway, events) => {
        let model = (events.length % 2 === 0 ? servedIn : modelIn)(gateway, { desired: "stopped" });
        for (const next of events) {
          const isStart = STARTING_CLICKS.has(next.type) || next.type === "connected";
          const whole = "generation" in next ? { ...next, generation: model.facts.generation } : next;
          const after = isStart ? { model, effects: [] } : step(model, whole, NOW, () => 0);
          must(!after.effects.some(isStartOf), `${model.gateway.kind} × ${next.type} starts one`);
          model = after.model;
          checkView(model, NOW);
        }
      },
    );

    fc.assert(property, { numRuns: RUNS });
  });
});

/** The state with whoever keeps the gateway, as far as it tells. */
function shapeOf(gateway: GatewayState): string {
  if (gateway.kind === "backoff") return `backoff by ${gateway.by}`;
  if (gateway.kind === "stopping") {
    const why = gateway.installs ? "install" : gateway.because;
    return `stopping ${gateway.target} for ${why}`;
  }
  const owner = ownerOf(gateway);
  return owner === null ? gateway.kind : `${gateway.kind} ${owner}`;
}

const SHAPES = [
  "stopped",
  "probing",
  "gave-up",
  "blocked",
  "attached attached",
  "backoff by tray",
  "backoff by service",
  ...["child", "service"].map((owner) => `running ${owner}`),
  ...["child", "service", "attached"].flatMap((owner) => [`starting ${owner}`, `degraded ${owner}`]),
  ...["child", "service", "attached", "foreign"].map((target) => `stopping ${target} for asked`),
  "stopping child for install",
  "stopping attached for install",
  "stopping service for elsewhere",
];

function isStartOf(effect: Effect): boolean {
  const isVerb = effect.type === "service" && effect.verb !== "stop" && effect.verb !== "uninstall";
  return effect.type === "spawn" || isVerb;
}

/** Seldom a click, more often what goes well, sometimes what does not. */
function optionsOf(world: World, group: number): readonly Happening[] {
  if (group < 5) return world.goodHappenings();
  if (group < 8) return world.badHappenings();
  const clicks = [...CLICKS, ...CLICKS, ...CLICKS, ...QUITS];
  return clicks.map((event) => ({ name: event.type, run: () => world.dispatch(event) }));
}

/** Nothing but starts that fail, and now and then a click. */
function crashLoop(world: World, group: number): readonly Happening[] {
  if (group === 9) return optionsOf(world, group);
  const troubles = group < 4 ? world.childTroubles() : [];
  return troubles.length > 0 ? troubles : world.goodHappenings();
}

/** From here, Stop ends all of ours and Start brings it up again (or the tray, once asked, leaves). */
function checkWayOut(world: World): void {
  world.calmDown();
  if (world.model.facts.quitting) {
    drain(world, () => world.hasLeft);
    must(world.hasLeft, "cannot leave");
    return;
  }
  // What was started elsewhere a moment ago is seen a moment later.
  const mayBeServed = world.model.gateway.kind === "stopped";
  reach(world, { type: "user-stop" }, "stopped");
  must(world.children.length === 0, "stopped, but a child is alive");
  must(mayBeServed || !world.isServed(world.model.intent.mode), "stopped, but its service runs");
  must(world.timers.size === 0, "stopped, but a timer is set");
  reach(world, { type: "user-start" }, "running");
}

function reach(world: World, click: TrayEvent, goal: StateKind): void {
  world.dispatch(click);
  drain(world, () => world.model.gateway.kind === goal);
  must(world.model.gateway.kind === goal, `${click.type} does not lead to ${goal}`);
}

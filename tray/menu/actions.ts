/** What a click on a menu row does: an event for the state machine, or something done at once. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Desktop, openerNames, openFile } from "../../shared/node/open.ts";
import { dashboardLink, forgetDashboardPage, openDashboard } from "../../shared/node/open-dashboard.ts";
import type { TrayLine, TrayVerb } from "../../shared/node/tray/request.ts";
import { LINK_TTL_MS } from "../../shared/protocol/frame.ts";
import { explain } from "../explain.ts";
import type { TrayPlaces } from "../gateway-profiles.ts";
import type { TrayEvent } from "../model/events.ts";
import { failureText } from "../model/service-moves.ts";
import type { Texts } from "../model/texts/index.ts";
import { NOTIFICATION_KINDS, type TrayModel } from "../model/tray-model.ts";
import type { DerivedView, MenuRowId } from "../model/view.ts";
import { approvalOfKey } from "../model/waiting-approvals.ts";
import type { Notifier } from "../notifier/announcer.ts";
import { runCommand } from "../supervisor/gateway-command.ts";
import { type GatewayTarget, readTarget } from "../supervisor/gateway-target.ts";
import { clipboardNames, copyText } from "./clipboard.ts";
import { askDoctor, countsOf, REPORT_NAME, writeReport } from "./doctor.ts";

/** The tray as far as a click can reach it. */
export interface ClickedTray {
  readonly model: TrayModel;
  dispatch(event: TrayEvent): void;
  view(): DerivedView;
  /** A code that opens the dashboard once; undefined where the gateway gives none. */
  linkCode(): Promise<string | undefined>;
  /** Lets a device in that waits, or turns it away. Fails with what the gateway says. */
  decideDevice(requestId: string, decision: "approve" | "reject"): Promise<void>;
  /** Answers what an agent asks: once, or not. Fails with what the gateway says. */
  decideApproval(id: string, decision: "allow-once" | "deny"): Promise<void>;
  /** Starts, stops or restarts, and resolves with what came of it. */
  carryOut(verb: TrayVerb): Promise<TrayLine>;
}

/** What `npm start` does without a configuration: the quick way, without a service. */
const FIRST_CONFIG = [
  "onboard",
  "--non-interactive",
  "--accept-risk",
  "--flow",
  "quickstart",
  "--skip-daemon",
  "--skip-health",
  "--skip-ui",
];
const SET_UP_TIMEOUT_MS = 60_000;

export class MenuActions {
  readonly #tray: ClickedTray;
  readonly #places: TrayPlaces;
  readonly #notifier: Notifier;
  readonly #texts: Texts;
  #isSettingUp = false;

  constructor(tray: ClickedTray, places: TrayPlaces, notifier: Notifier, texts: Texts) {
    this.#tray = tray;
    this.#places = places;
    this.#notifier = notifier;
    this.#texts = texts;
  }

  /** Serves a click on the row. Never fails: what does not work is shown in the menu and as a notification. */
  run(id: string): void {
    const event = eventFor(id as MenuRowId, this.#tray.model);
    if (event !== undefined) this.#tray.dispatch(event);
    else this.#act(id as MenuRowId).catch((error: unknown) => this.#fail(explain(error, this.#texts)));
  }

  /** The same for a button of a notification. */
  choose(key: string, action: string): void {
    const requestId = approvalOfKey(key);
    if (requestId === undefined || (action !== "allow" && action !== "deny")) return;
    const place = this.#tray.model.facts.approvals.places.findIndex((each) => each?.requestId === requestId);
    this.#answer(action === "allow" ? "allow-once" : "deny", place).catch((error: unknown) =>
      this.#fail(explain(error, this.#texts)),
    );
  }

  /** Shows what could not be done where the menu already says it. */
  tellFailure(message: string): void {
    const title = this.#texts.action.failedTitle;
    void this.#notifier.send({ key: "action", title, body: message, urgency: "normal" });
  }

  async #act(id: MenuRowId): Promise<void> {
    // A finding and the report's own row lead to the same file.
    if (id.startsWith("doctor-")) return this.#show(this.#report);
    const [, decision, place] = /^(approve|reject)-(\d+)$/.exec(id) ?? [];
    if (decision === "approve" || decision === "reject") return this.#decide(decision, Number(place) - 1);
    const [, answer, seat] = /^(allow|deny)-(\d+)$/.exec(id) ?? [];
    if (answer !== undefined)
      return this.#answer(answer === "allow" ? "allow-once" : "deny", Number(seat) - 1);
    switch (id) {
      case "set-up":
        return this.#setUp();
      case "open-dashboard":
        return this.#openDashboard();
      case "copy-link":
        return this.#copy(await this.#link());
      case "copy-token": {
        const { token } = (await this.#target()).secrets;
        return token === undefined ? this.#fail(this.#texts.action.noToken) : this.#copy(token);
      }
      case "show-log":
        return this.#show(this.#gateway.paths.logFile);
      case "show-crash": {
        const evidence = this.#tray.model.facts.lastCrash?.evidence;
        return evidence == null ? undefined : this.#show(join(this.#places.own.paths.logDir, evidence));
      }
      case "copy-support":
        return this.#copySupport();
      case "run-doctor":
        return this.#runDoctor();
      case "send-test": {
        const { testTitle, test } = this.#texts.notice;
        const delivery = await this.#notifier.send({
          key: "test",
          title: testTitle,
          body: test,
          urgency: "normal",
        });
        return delivery.delivered ? undefined : this.#fail(delivery.reason);
      }
    }
  }

  /** What stood there may be gone just now. */
  async #decide(decision: "approve" | "reject", place: number): Promise<void> {
    const device = this.#tray.model.facts.devices.places[place];
    if (device == null) return this.#fail(this.#texts.action.deviceGone);
    await this.#tray.decideDevice(device.requestId, decision);
  }

  async #answer(decision: "allow-once" | "deny", place: number): Promise<void> {
    const approval = this.#tray.model.facts.approvals.places[place];
    if (approval == null) return this.#fail(this.#texts.action.approvalGone);
    await this.#tray.decideApproval(approval.requestId, decision);
  }

  get #desktop(): Desktop {
    return this.#places.own;
  }

  get #gateway() {
    return this.#places.gateway[this.#tray.model.intent.mode];
  }

  get #report(): string {
    return join(this.#places.own.paths.logDir, REPORT_NAME);
  }

  async #target(): Promise<GatewayTarget> {
    const target = await readTarget(this.#gateway);
    if (!("blocked" in target)) return target;
    throw new Error(this.#texts.action.unreadable(this.#gateway.paths.configFile));
  }

  /** With a code of the gateway that is connected; where it gives none the page asks for the secret. */
  async #link(): Promise<string> {
    const { dashboardPath } = await this.#target();
    const url = this.#tray.view().gateway?.url;
    if (url == null) throw new Error(this.#texts.action.notConnected);
    if (dashboardPath === undefined) throw new Error(this.#texts.action.noDashboard);
    return dashboardLink(`${url.replace(/^ws/, "http")}${dashboardPath}`, await this.#tray.linkCode());
  }

  /** Writes the first configuration, starts with it, and opens the page. What keeps it from starting, the menu shows. */
  async #setUp(): Promise<void> {
    if (this.#isSettingUp) return;
    this.#isSettingUp = true;
    try {
      const written = await runCommand(this.#gateway, FIRST_CONFIG, { timeoutMs: SET_UP_TIMEOUT_MS });
      if (!written.ok) return this.#fail(failureText(written.failure));
      const { kind } = await this.#tray.carryOut("start");
      if (kind === "done") await this.#openDashboard();
    } finally {
      this.#isSettingUp = false;
    }
  }

  async #openDashboard(): Promise<void> {
    const { runDir } = this.#places.own.paths;
    const link = await this.#link();
    if (!(await openDashboard(link, this.#desktop, runDir))) {
      return this.#failWithout(openerNames(this.#desktop.platform));
    }
    setTimeout(() => forgetDashboardPage(runDir), LINK_TTL_MS.clicked).unref();
  }

  async #show(path: string): Promise<void> {
    if (!existsSync(path)) return this.#fail(this.#texts.action.missingFile(path));
    if (!(await openFile(path, this.#desktop))) this.#failWithout(openerNames(this.#desktop.platform));
  }

  async #copy(text: string): Promise<void> {
    if (!(await copyText(text, this.#desktop))) this.#failWithout(clipboardNames(this.#desktop));
  }

  async #copySupport(): Promise<void> {
    const { supportInfo } = await import("./support-info.ts");
    const target = await readTarget(this.#gateway);
    const secrets = "blocked" in target ? {} : target.secrets;
    const ownLogDir = this.#places.own.paths.logDir;
    await this.#copy(await supportInfo(this.#tray.view(), this.#gateway, ownLogDir, secrets));
  }

  async #runDoctor(): Promise<void> {
    this.#tray.dispatch({ type: "doctor-looks" });
    try {
      const findings = await askDoctor(this.#gateway);
      this.#tray.dispatch({ type: "doctor-looked", findings });
      writeReport(this.#report, findings, this.#texts);
      const { title, allWell, finding } = this.#texts.doctor;
      const [worst] = findings;
      await this.#notifier.send({
        key: "doctor",
        title: worst === undefined ? title : `${title}: ${countsOf(findings, this.#texts)}`,
        body: worst === undefined ? allWell : finding(worst.message, worst.remedy),
        urgency: "normal",
      });
    } catch (error) {
      this.#tray.dispatch({ type: "doctor-looked", findings: null });
      throw error;
    }
  }

  #failWithout(tools: string): void {
    this.#fail(this.#texts.action.noTool(tools));
  }

  #fail(message: string): void {
    this.#tray.dispatch({ type: "action-failed", message });
    this.tellFailure(message);
  }
}

/** The event a row stands for; undefined when the row is none of the state machine's. */
function eventFor(id: MenuRowId, { intent, facts }: TrayModel): TrayEvent | undefined {
  const kind = NOTIFICATION_KINDS.find((candidate) => id === `notify-${candidate}`);
  if (kind !== undefined) {
    return { type: "set-notification", kind, enabled: intent.silenced.includes(kind) };
  }
  switch (id) {
    case "start":
      return { type: "user-start" };
    case "stop":
      return { type: "user-stop" };
    case "restart":
      return { type: "user-restart" };
    case "free-port":
      return { type: "user-free-port" };
    case "dev-mode":
      return { type: "user-toggle-dev" };
    case "reset-dev-really":
      return { type: "user-reset-dev" };
    case "launch-at-login":
      return { type: "set-launch-at-login", enabled: !intent.launchAtLogin };
    case "run-as-service":
      return { type: "user-run-as-service", enabled: !facts.serviceInstalled.normal };
    case "keep-on-quit":
      return { type: "set-keep-on-quit", enabled: intent.onQuit !== "keep" };
    case "relaunch":
      return { type: "user-relaunch" };
    case "quit":
      return { type: "user-quit", gateway: "setting" };
    default:
      return undefined;
  }
}

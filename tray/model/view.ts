/** Model → everything the user sees. Icon, tooltip and status row come out of one description and cannot disagree. */

import { neutralLine } from "../../shared/foreign-text.ts";
import type { ActionRow, MenuRow, TrayView } from "../backends/tray-backend.ts";
import type { IconName } from "../icons.ts";
import {
  DOCTOR_ROWS,
  FINDING_MAX_CHARS,
  QUESTION_MAX_CHARS,
  READINESS_TIMEOUT_MS,
  STOP_GRACE_MS,
  TOOLTIP_MAX_CHARS,
  WORKING_GRACE_MS,
} from "./limits.ts";
import { type LossText, lossText } from "./loss-text.ts";
import type { Texts } from "./texts/index.ts";
import {
  type BlockedReason,
  type Crash,
  type DoctorFacts,
  type DoctorFinding,
  type GatewayInfo,
  type MemoryUse,
  NOTIFICATION_KINDS,
  type NotificationKind,
  type Observed,
  type Owner,
  ownerOf,
  quitStopsGateway,
  type StateKind,
  type StateOf,
  type TrayModel,
} from "./tray-model.ts";
import { type ApprovalSlots, approvalKey } from "./waiting-approvals.ts";
import type { DeviceSlots } from "./waiting-devices.ts";

/** Something worth telling as long as it is in the view; `notifier/rules.ts` decides whether and when it is told. */
export interface Notice {
  /** One per cause. */
  readonly key: string;
  readonly kind: NotificationKind;
  /** Tells a new occurrence of the same cause from the one already told. Stable across restarts of the tray. */
  readonly occurrence: string;
  /** The outage it belongs to, by its start in epoch milliseconds; null when it belongs to none. */
  readonly outageMs: number | null;
  readonly title: string;
  readonly body: string;
  /** What can be answered to it, where the desktop has buttons. */
  readonly actions?: readonly { readonly id: NoticeAction; readonly label: string }[];
}

/** An answer to a notice. */
export type NoticeAction = "allow" | "deny";

/** Every row of the menu; `clicked` of the backend names one of them. */
export type MenuRowId =
  | "status"
  | "detail"
  | "start"
  | "stop"
  | "restart"
  | `device-${number}`
  | `approve-${number}`
  | `reject-${number}`
  | `approval-${number}`
  | `allow-${number}`
  | `deny-${number}`
  | "set-up"
  | "free-port"
  | "dev-mode"
  | "reset-dev"
  | "reset-dev-really"
  | "open-dashboard"
  | "copy-link"
  | "copy-token"
  | "logs"
  | "show-log"
  | "show-crash"
  | "copy-support"
  | "run-doctor"
  | "doctor"
  | `doctor-${number}`
  | "doctor-report"
  | "settings"
  | "launch-at-login"
  | "run-as-service"
  | "keep-on-quit"
  | "notifications"
  | `notify-${NotificationKind}`
  | "send-test"
  | "about"
  | "relaunch"
  | "quit";

export interface DerivedView extends TrayView {
  readonly state: StateKind;
  /** The status row in two parts: what, and why or how. */
  readonly label: string;
  readonly detail: string;
  readonly gateway: GatewayInfo | null;
  /** Who keeps the gateway that is shown; null when none is. */
  readonly owner: Owner | null;
  readonly notices: readonly Notice[];
  readonly iconLoss: LossText | null;
  /** After this time the texts say something else without any event; null when time changes nothing. */
  readonly refreshMs: number | null;
}

/** Never throws. `nowMs` is epoch milliseconds. */
export function deriveView(model: TrayModel, texts: Texts, nowMs: number): DerivedView {
  const look = lookOf(model, texts, nowMs);
  const { failedAction, iconLoss } = model.facts;
  const detail = failedAction === null ? look.detail : texts.detail.failedAction(failedAction);
  const shown = { ...look, detail };
  const profile = profileText(model, texts);
  const isWell = look.icon === "normal" || look.icon === "activity";
  const tooltip = line("Clawdbot", profile, look.label, isWell ? null : detail);
  return {
    ...shown,
    state: model.gateway.kind,
    tooltip: neutralLine(tooltip, TOOLTIP_MAX_CHARS),
    rows: menuRows(model, texts, shown),
    gateway: "gateway" in model.gateway ? model.gateway.gateway : null,
    owner: ownerOf(model.gateway),
    notices: noticesOf(model, texts, nowMs),
    iconLoss: iconLoss === null ? null : lossText(iconLoss, texts, model.facts.profile),
  };
}

/** What the state looks like. */
interface Look {
  readonly icon: IconName;
  readonly label: string;
  readonly detail: string;
  readonly refreshMs: number | null;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function lookOf(model: TrayModel, texts: Texts, nowMs: number): Look {
  const { gateway } = model;
  const { state, detail } = texts;
  const since = (atMs: number) => duration(nowMs - atMs, texts);
  switch (gateway.kind) {
    case "stopped":
      return { icon: "stopped", label: state.stopped, detail: "", refreshMs: null };
    case "probing":
      return { icon: "busy", label: state.starting, detail: detail.probing, refreshMs: null };
    case "starting": {
      const label = gateway.planned ? state.restarting : state.starting;
      const progress = detail.starting(since(gateway.sinceMs), duration(READINESS_TIMEOUT_MS, texts));
      return { icon: "busy", label, detail: progress, refreshMs: SECOND_MS };
    }
    case "running":
    case "attached":
      return lookHealthy(gateway, model, texts, nowMs);
    case "degraded": {
      const why = troubleText(gateway, texts);
      return { icon: "degraded", label: state.degraded, detail: why, refreshMs: null };
    }
    case "stopping": {
      const how = stoppingText(gateway, since(gateway.sinceMs), texts);
      return { icon: "busy", label: state.stopping, detail: how, refreshMs: SECOND_MS };
    }
    case "backoff": {
      if (gateway.by === "service") {
        const why = detail.serviceReturns(crashText(gateway.crash, texts));
        return { icon: "degraded", label: state.serviceReturns, detail: why, refreshMs: null };
      }
      const delay = duration(gateway.untilMs - nowMs, texts);
      const why = detail.backoff(delay, gateway.attempt, crashText(gateway.crash, texts));
      return { icon: "degraded", label: state.backoff, detail: why, refreshMs: SECOND_MS };
    }
    case "gave-up": {
      const why = detail.gaveUp(crashText(gateway.crash, texts));
      return { icon: "error", label: state.gaveUp, detail: why, refreshMs: null };
    }
    case "blocked": {
      const detail = blockedText(gateway.reason, texts);
      return gateway.reason.kind === "not-set-up"
        ? { icon: "stopped", label: state.notSetUp, detail, refreshMs: null }
        : { icon: "error", label: state.blocked, detail, refreshMs: null };
    }
  }
}

function lookHealthy(
  healthy: StateOf<"running" | "attached">,
  { facts }: TrayModel,
  texts: Texts,
  nowMs: number,
): Look {
  if (facts.impairment !== null) {
    return { icon: "degraded", label: texts.state.degraded, detail: facts.impairment, refreshMs: null };
  }
  if (facts.memory !== null) {
    const detail = texts.detail.memory(facts.memory.usedMb, facts.memory.isShort);
    return { icon: "degraded", label: texts.state.degraded, detail, refreshMs: null };
  }
  const { gateway } = healthy;
  const detail = line(
    gateway.startedAtMs === null ? null : uptime(nowMs - gateway.startedAtMs, texts),
    gateway.clients === null ? null : texts.detail.clients(gateway.clients),
    gateway.agentModel,
  );
  const workingMs = workingForMs(facts, nowMs);
  if (workingMs > 0) {
    const refreshMs = Math.min(workingMs, MINUTE_MS);
    return { icon: "activity", label: texts.state.working, detail, refreshMs };
  }
  const label = texts.state[ownerOf(healthy) === "service" ? "service" : healthy.kind];
  return { icon: "normal", label, detail, refreshMs: MINUTE_MS };
}

function stoppingText(
  { target, because, installs, killing }: StateOf<"stopping">,
  elapsed: string,
  texts: Texts,
): string {
  const { detail } = texts;
  if (installs) return detail.handingOver;
  if (killing) return detail.killing;
  if (target !== "service") return detail.stopping(elapsed, duration(STOP_GRACE_MS, texts));
  return because === "elsewhere" ? detail.stoppingElsewhere : detail.stoppingService(elapsed);
}

/** How long the activity icon stays; infinite while a run is active. */
function workingForMs(facts: Observed, nowMs: number): number {
  if (facts.activeRuns > 0) return Number.POSITIVE_INFINITY;
  if (facts.lastRunEndedAtMs === null) return 0;
  return facts.lastRunEndedAtMs + WORKING_GRACE_MS - nowMs;
}

const GLYPHS: { readonly [Name in IconName]: string } = {
  stopped: "○",
  busy: "◌",
  normal: "●",
  activity: "●",
  degraded: "▲",
  error: "■",
};

function menuRows(model: TrayModel, texts: Texts, { icon, label, detail }: Look): MenuRow[] {
  const { gateway, intent, facts } = model;
  const { menu } = texts;
  const isHere = !facts.quitting;
  const isConnected = "gateway" in gateway;
  const info = isConnected ? gateway.gateway : null;
  const pid = info?.pid ?? ("pid" in gateway && gateway.pid !== null ? gateway.pid : null);
  const status = line(
    `${GLYPHS[icon]} ${label}`,
    profileText(model, texts),
    info?.url,
    pid === null ? null : `PID ${pid}`,
  );
  const holder = portHolder(model);
  return [
    row("status", status, { enabled: false }),
    row("detail", detail, { enabled: false, visible: detail !== "" }),
    ...approvalRows(facts.approvals, isConnected, texts),
    ...deviceRows(facts.devices, isConnected, texts),
    SEPARATOR,
    row("set-up", menu.setUp, { enabled: isHere, visible: lacksSetUp(model) }),
    row("start", menu.start, { enabled: isHere && canStart(model) }),
    row("stop", menu.stop, { enabled: isHere && canStop(model) }),
    row("restart", menu.restart, { enabled: isHere && isConnected }),
    row("free-port", menu.freePort(holder === null ? "" : holderText(holder, texts)), {
      enabled: isHere,
      visible: holder !== null && holder.pid !== null,
    }),
    row("dev-mode", menu.devMode, { enabled: isHere, checked: intent.mode === "dev" }),
    row("reset-dev", menu.resetDev, {
      visible: intent.mode === "dev",
      children: [row("reset-dev-really", menu.resetDevReally, { enabled: isHere && isSettled(model) })],
    }),
    SEPARATOR,
    row("open-dashboard", menu.openDashboard, { enabled: isConnected }),
    row("copy-link", menu.copyLink, { enabled: isConnected }),
    row("copy-token", menu.copyToken),
    row("logs", menu.logs, {
      children: [
        row("show-log", menu.showLog),
        row("show-crash", menu.showCrash, { enabled: facts.lastCrash?.evidence != null }),
        row("copy-support", menu.copySupport),
      ],
    }),
    ...doctorRows(facts.doctor, texts),
    SEPARATOR,
    row("settings", menu.settings, { children: settingsRows(model, texts) }),
    row("about", menu.about(facts.version), { enabled: false }),
    row("relaunch", menu.relaunch(facts.replacedBy?.version ?? ""), {
      enabled: isHere,
      visible: facts.replacedBy?.version != null,
    }),
    row("quit", quitTitle(model, texts), { enabled: isHere }),
  ];
}

function settingsRows(model: TrayModel, { menu }: Texts): ActionRow[] {
  const { intent, facts } = model;
  const kinds = NOTIFICATION_KINDS.map((kind) =>
    row(`notify-${kind}`, menu.kinds[kind], { checked: !intent.silenced.includes(kind) }),
  );
  return [
    row("launch-at-login", menu.launchAtLogin, { checked: intent.launchAtLogin }),
    row("run-as-service", menu.runAsService, {
      enabled: !facts.quitting && intent.mode === "normal" && isSettled(model),
      checked: facts.serviceInstalled.normal,
    }),
    row("keep-on-quit", menu.keepOnQuit, { checked: intent.onQuit === "keep" }),
    row("notifications", menu.notifications, { children: [...kinds, row("send-test", menu.sendTest)] }),
  ];
}

const MARKS = { error: GLYPHS.error, warning: GLYPHS.degraded, hint: GLYPHS.stopped };

/** A row for each device that waits, with what can be answered below it. */
function deviceRows({ places }: DeviceSlots, isConnected: boolean, { menu }: Texts): ActionRow[] {
  return places.map((device, index) => {
    const title = device === null ? "" : menu.deviceWaits(device.name, device.from);
    return row(`device-${index + 1}`, neutralLine(title, FINDING_MAX_CHARS), {
      visible: isConnected && device !== null,
      children: [row(`approve-${index + 1}`, menu.approve), row(`reject-${index + 1}`, menu.reject)],
    });
  });
}

/** A row for each question of an agent, with what can be answered below it. */
function approvalRows({ places }: ApprovalSlots, isConnected: boolean, { menu }: Texts): ActionRow[] {
  return places.map((approval, index) => {
    const whole = approval === null ? "" : menu.approvalWaits(approval.command, approval.folder);
    const title = neutralLine(whole, FINDING_MAX_CHARS);
    // What cannot be read here is allowed where it can be.
    const allow = row(`allow-${index + 1}`, menu.allowOnce, { enabled: title === whole });
    return row(`approval-${index + 1}`, title, {
      visible: isConnected && approval !== null,
      children: [allow, row(`deny-${index + 1}`, menu.deny)],
    });
  });
}

/** A row for each finding up to a number; whatever is clicked there opens the whole report. */
function doctorRows({ isLooking, findings }: DoctorFacts, texts: Texts): ActionRow[] {
  const { menu } = texts;
  const count = findings?.length ?? 0;
  const slots = Array.from({ length: DOCTOR_ROWS }, (_, index) => {
    const finding = findings?.[index];
    const title = finding === undefined ? "" : findingTitle(finding, texts);
    return row(`doctor-${index + 1}`, title, { visible: finding !== undefined });
  });
  return [
    row("run-doctor", isLooking ? menu.doctorLooks : menu.runDoctor, { enabled: !isLooking }),
    row("doctor", menu.doctorFindings(count), {
      visible: count > 0,
      children: [...slots, row("doctor-report", menu.showReport)],
    }),
  ];
}

function findingTitle({ level, message, remedy }: DoctorFinding, { doctor }: Texts): string {
  return neutralLine(`${MARKS[level]} ${doctor.finding(message, remedy)}`, FINDING_MAX_CHARS);
}

const SEPARATOR: MenuRow = { kind: "separator" };

function row(id: MenuRowId, title: string, options: Partial<ActionRow> = {}): ActionRow {
  return { kind: "row", id, title, enabled: true, visible: true, ...options };
}

function canStart({ gateway, intent }: TrayModel): boolean {
  switch (gateway.kind) {
    case "stopped":
    case "backoff":
    case "gave-up":
      return true;
    case "blocked":
      return gateway.reason.kind !== "not-set-up";
    case "stopping":
      return intent.desired === "stopped";
    default:
      return false;
  }
}

/** Nothing is configured yet. */
function lacksSetUp({ gateway }: TrayModel): boolean {
  return gateway.kind === "blocked" && gateway.reason.kind === "not-set-up";
}

function canStop({ gateway, intent }: TrayModel): boolean {
  if (gateway.kind === "stopping") return intent.desired === "run";
  return gateway.kind !== "stopped";
}

/** Neither a start nor a stop is under way. */
function isSettled({ gateway }: TrayModel): boolean {
  return !["probing", "starting", "stopping"].includes(gateway.kind);
}

/** Whose gateway it is; null for the default profile. */
function profileText({ intent, facts }: TrayModel, texts: Texts): string | null {
  if (intent.mode === "dev") return texts.devProfile;
  return facts.profile === null ? null : texts.namedProfile(facts.profile);
}

/** Says what quitting does. */
function quitTitle(model: TrayModel, { menu }: Texts): string {
  if (quitStopsGateway(model)) return menu.quitStopping;
  const { gateway } = model;
  const returns = gateway.kind === "backoff" && gateway.by === "service";
  const runsOn = returns || (ownerOf(gateway) !== null && gateway.kind !== "stopping");
  return runsOn ? menu.quitKeeping : menu.quit;
}

function noticesOf(model: TrayModel, texts: Texts, nowMs: number): Notice[] {
  return [...gatewayNotices(model, texts, nowMs), ...updateNotices(model.facts, texts)];
}

function updateNotices({ replacedBy }: Observed, { notice }: Texts): Notice[] {
  const version = replacedBy?.version ?? null;
  if (version === null) return [];
  const title = notice.updatedTitle;
  return [
    {
      key: "updated",
      kind: "updated",
      occurrence: version,
      outageMs: null,
      title,
      body: notice.updated(version),
    },
  ];
}

function gatewayNotices(model: TrayModel, texts: Texts, nowMs: number): Notice[] {
  const { gateway, facts } = model;
  const { notice } = texts;
  const outageMs = facts.downSinceMs;
  switch (gateway.kind) {
    case "stopped":
    case "stopping":
      return [];
    case "probing":
    case "starting":
    case "degraded":
    case "backoff": {
      if (outageMs === null) return [];
      const body = downText(model, texts, nowMs);
      const occurrence = String(outageMs);
      return [{ key: "down", kind: "down", occurrence, outageMs, title: notice.downTitle, body }];
    }
    case "gave-up": {
      const { crash } = gateway;
      const body = notice.gaveUp(crashText(crash, texts), crash.evidence ?? "");
      const occurrence = String(crash.atMs);
      return [{ key: "gave-up", kind: "gave-up", occurrence, outageMs, title: notice.gaveUpTitle, body }];
    }
    case "blocked": {
      const body = blockedText(gateway.reason, texts);
      const key = `blocked:${gateway.reason.kind}`;
      const title = lacksSetUp(model) ? notice.notSetUpTitle : notice.blockedTitle;
      return [{ key, kind: "blocked", occurrence: body, outageMs: null, title, body }];
    }
    case "running":
    case "attached":
      return wellNotices(gateway, facts, texts);
  }
}

function wellNotices(
  { gateway }: StateOf<"running" | "attached">,
  { recoveredFromMs, generation, memory, devices, approvals }: Observed,
  texts: Texts,
): Notice[] {
  const { notice } = texts;
  const body = notice.answers(gateway.url ?? "", gateway.pid);
  const connected: Notice = {
    key: "connected",
    kind: "connected",
    occurrence: String(gateway.pid ?? generation),
    outageMs: null,
    title: notice.connectedTitle,
    body,
  };
  const strained = [
    ...(memory === null ? [] : [memoryNotice(gateway, memory, texts)]),
    ...pairingNotices(devices, texts),
    ...approvalNotices(approvals, texts),
  ];
  if (recoveredFromMs === null) return [connected, ...strained];
  const recovered: Notice = {
    key: "recovered",
    kind: "recovered",
    occurrence: String(recoveredFromMs),
    outageMs: recoveredFromMs,
    title: notice.recoveredTitle,
    body,
  };
  return [connected, recovered, ...strained];
}

/** Told once for each device. */
function pairingNotices({ places }: DeviceSlots, { notice }: Texts): Notice[] {
  return places
    .filter((device) => device !== null)
    .map(({ requestId, name, from }) => ({
      key: `pairing:${requestId}`,
      kind: "pairing",
      occurrence: requestId,
      outageMs: null,
      title: notice.pairingTitle,
      body: neutralLine(notice.pairing(name, from), FINDING_MAX_CHARS),
    }));
}

/** Told once for each question. */
function approvalNotices({ places }: ApprovalSlots, { notice, menu }: Texts): Notice[] {
  return places
    .filter((approval) => approval !== null)
    .map(({ requestId, command, folder }) => {
      const whole = notice.approval(command, folder);
      const body = neutralLine(whole, QUESTION_MAX_CHARS);
      const deny = { id: "deny", label: menu.deny } as const;
      // What cannot be read here is allowed where it can be.
      const allow = body === whole ? [{ id: "allow", label: menu.allowOnce } as const] : [];
      return {
        key: approvalKey(requestId),
        kind: "approval",
        occurrence: requestId,
        outageMs: null,
        title: notice.approvalTitle,
        body,
        actions: [...allow, deny],
      };
    });
}

/** Told once for each gateway that needs much, and once more when it takes no messages for that. */
function memoryNotice(
  { startedAtMs, pid }: GatewayInfo,
  { usedMb, isShort }: MemoryUse,
  { notice }: Texts,
): Notice {
  return {
    key: "memory",
    kind: "memory",
    occurrence: `${startedAtMs ?? pid} ${isShort}`,
    outageMs: null,
    title: notice.memoryTitle,
    body: notice.memory(usedMb, isShort),
  };
}

/** Why it is down and what is being tried. */
function downText({ gateway, facts }: TrayModel, texts: Texts, nowMs: number): string {
  if (gateway.kind === "degraded") {
    return gateway.owner === "attached" ? texts.notice.downAttached : troubleText(gateway, texts);
  }
  const why = facts.lastCrash === null ? texts.crash.unknown : crashText(facts.lastCrash, texts);
  if (gateway.kind !== "backoff") return texts.notice.downRestarting(why);
  if (gateway.by === "service") return texts.notice.downService(why);
  return texts.notice.downWaiting(why, duration(gateway.untilMs - nowMs, texts), gateway.attempt);
}

function troubleText({ trouble }: StateOf<"degraded">, texts: Texts): string {
  switch (trouble.kind) {
    case "late":
      return texts.detail.late(trouble.misses);
    case "lost":
      return texts.detail.lost;
    case "refused":
      return blockedText(trouble.reason, texts);
  }
}

function crashText(crash: Crash, { crash: texts }: Texts): string {
  switch (crash.cause) {
    case "unresponsive":
      return texts.unresponsive;
    case "not-ready":
      return texts.notReady;
    case "vanished":
      return texts.vanished;
    case "exit":
      if (crash.signal !== null) return texts.signal(crash.signal);
      return crash.code === null ? texts.unknown : texts.code(crash.code);
  }
}

function blockedText(reason: BlockedReason, texts: Texts): string {
  const { blocked } = texts;
  switch (reason.kind) {
    case "port-in-use":
      return blocked.portInUse(reason.port, holderText(reason, texts));
    case "not-set-up":
      return blocked.notSetUp;
    case "config-invalid":
      return blocked.configInvalid(line(reason.path, reason.issues[0]), reason.issues.length - 1);
    case "auth-mismatch":
      return blocked.authMismatch(reason.message);
    case "protocol-mismatch":
      return blocked.protocolMismatch(reason.theirs, reason.ours);
    case "runtime-missing":
      return blocked.runtimeMissing(reason.message);
    case "refused":
      return line(reason.message, reason.fix);
  }
}

type PortHolder = Extract<BlockedReason, { kind: "port-in-use" }>;

function portHolder({ gateway }: TrayModel): PortHolder | null {
  return gateway.kind === "blocked" && gateway.reason.kind === "port-in-use" ? gateway.reason : null;
}

function holderText(holder: PortHolder, texts: Texts): string {
  return [
    holder.command ?? texts.blocked.someProgram,
    holder.pid === null ? null : `pid ${holder.pid}`,
    holder.user,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

function uptime(ms: number, texts: Texts): string {
  return ms < MINUTE_MS ? texts.detail.upShortly : texts.detail.up(duration(ms, texts));
}

/** The two largest units, such as `3 h 12 m`; seconds below a minute. */
function duration(ms: number, { units }: Texts): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} ${units.d} ${hours % 24} ${units.h}`;
  if (hours > 0) return `${hours} ${units.h} ${minutes % 60} ${units.m}`;
  return minutes > 0 ? `${minutes} ${units.m}` : `${seconds} ${units.s}`;
}

/** The parts that say something, parted by dots. */
function line(...parts: (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== "").join(" · ");
}

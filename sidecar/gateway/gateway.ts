/** The gateway without its sockets' addresses: everything between the door and the state directory, built but not listening. */

import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hostPort } from "../../shared/address.ts";
import { type Clock, systemClock } from "../../shared/clock.ts";
import { agentIds, defaultAgentId } from "../../shared/config/agents.ts";
import { DEFAULTS } from "../../shared/config/defaults.ts";
import { UnavailableError } from "../../shared/errors.ts";
import { Disposables } from "../../shared/lifecycle.ts";
import { hostName } from "../../shared/node/machine.ts";
import type { Environment } from "../../shared/node/paths.ts";
import { launcherOf } from "../../shared/node/profile-context.ts";
import { CLOSE, CLOSE_REASON } from "../../shared/protocol/close-codes.ts";
import { EVENT_NAMES } from "../../shared/protocol/events.ts";
import { WIRE_LIMITS } from "../../shared/protocol/frame.ts";
import type { ConnectParams, HelloOk } from "../../shared/protocol/handshake.ts";
import { ROLES } from "../../shared/protocol/roles.ts";
import { APP_VERSION, PROTOCOL_VERSION } from "../../shared/version.ts";
import { Assistant } from "../assistant/assistant.ts";
import { areHooksOn } from "../assistant/hooks/internal-settings.ts";
import { keyRules, mainSessionKey } from "../assistant/session-key.ts";
import { expandedPath, workspaceOf } from "../assistant/workspace/place.ts";
import type { GatewaySettings } from "../base/config/settings.ts";
import { EventBus } from "../base/events/event-bus.ts";
import type { Strain } from "../base/guard/memory-guard.ts";
import type { GatewayLog } from "../base/log/logger.ts";
import { ChannelDoor } from "../channels/door.ts";
import { CHANNELS, type ChannelRegistry } from "../channels/registry.ts";
import {
  type AdmissionRules,
  Authenticator,
  type ClientIdentity,
  type PairingAnnouncer,
  type TokenChange,
} from "./auth/authenticate.ts";
import { hostName as addressName } from "./auth/client-address.ts";
import { ClientAddresses } from "./auth/client-addresses.ts";
import { LinkCodes } from "./auth/link-codes.ts";
import { PairingStore } from "./auth/pairing-store.ts";
import { FailureLimiter } from "./auth/rate-limit.ts";
import { accountableFor } from "./auth/source.ts";
import { TailscaleIdentity } from "./auth/tailscale-identity.ts";
import { Broadcaster } from "./broadcaster.ts";
import type { Arrival, Connection } from "./connection/connection.ts";
import { type ConnectionDelegate, ConnectionRegistry } from "./connection/connection-registry.ts";
import { isOriginAllowed } from "./connection/origin-check.ts";
import { RefusalLog } from "./connection/refusal-log.ts";
import { Upgrade, type UpgradeRules } from "./connection/upgrade.ts";
import { WireLog } from "./connection/wire-log.ts";
import { HealthMonitor, type HealthSource } from "./health-monitor.ts";
import { ApiDoor } from "./http/api/door.ts";
import { AvatarRoute } from "./http/avatar-route.ts";
import type { SecretCheck } from "./http/bearer.ts";
import { CanvasReload, RELOAD_PATH } from "./http/canvas/canvas-reload.ts";
import { CanvasRoute } from "./http/canvas/canvas-route.ts";
import type { Phase, Vitals } from "./http/health-routes.ts";
import { type GuessCount, HookDoor } from "./http/hooks/door.ts";
import { MediaRoute } from "./http/media-route.ts";
import { type Counts, MetricsRoute } from "./http/metrics-route.ts";
import { HttpServer, type Routes } from "./http/server.ts";
import type { UiFiles } from "./http/ui-files.ts";
import { UiRoute } from "./http/ui-route.ts";
import { ChatCommands } from "./methods/chat-commands.ts";
import { allMethods } from "./methods/index.ts";
import type { Stoppable } from "./methods/lifecycle.ts";
import { NodeDoor } from "./nodes/node-door.ts";
import { nodePort } from "./nodes/node-port.ts";
import { PresenceList } from "./presence-list.ts";
import { PresenceNews } from "./presence-news.ts";
import { Router } from "./rpc/router.ts";

/** What differs between the real program and a test: time and what is random on the wire. */
export interface GatewayDeps {
  clock?: Clock;
  /** The challenge of a connection. */
  nonce?: () => string;
  /** The secret of a new device token. */
  deviceToken?: () => string;
  /** Of the built dashboard. */
  uiFiles: UiFiles;
  /** The channels there are; those of this release by default. */
  channels?: ChannelRegistry | undefined;
  /** Variables that the configuration may ask for. */
  env?: Environment;
  /** How what the gateway depends on is, for `/readyz`; cheap to ask. */
  components?: () => Vitals["components"];
  /** How often a gateway of this process took the place of another. */
  restarts?: () => number;
  /** Tells how the process bears up. */
  guard?: { strain(): Strain };
}

/** Settings, and what follows from them for the rooms at the door. */
interface InForce {
  settings: GatewaySettings;
  admission: AdmissionRules;
  upgrade: Omit<UpgradeRules, "tailscale">;
  http: Pick<Routes, "ui" | "avatars" | "canvas" | "trustedProxies">;
}

/** How long after the start what the last run left is taken up, in ms. */
const RESUME_MS = 100;

const DEVICES_UNUSABLE =
  "what is stored about devices cannot be used; it is kept, and until it is put right those devices count as unknown";

export class Gateway {
  /** Random identity of this run; `/healthz` and `run/gateway.json` carry it. */
  readonly instanceId = randomUUID();
  readonly http: HttpServer;
  /** Judges who comes through Tailscale Serve; accepts nobody until it is told of a tailnet. */
  readonly tailscale = new TailscaleIdentity(() => this.#dismiss(({ proof }) => proof === "tailscale"));
  phase: Phase = "starting";
  /** Replaced as a whole: nobody sees the half of a change. */
  #inForce: InForce;
  #log: GatewayLog;
  #clock: Clock;
  /** Of the configuration file, as clients were told last. */
  #configHash: string | undefined;
  #startedAtMs: number;
  /** The same moment on the monotonic clock. */
  #startedAt: number;
  #bus = new EventBus();
  #presence: PresenceList;
  #news: PresenceNews;
  #health: HealthMonitor;
  #pairing: PairingStore;
  #links: LinkCodes;
  #nodes: NodeDoor;
  #authenticator: Authenticator;
  #uiFiles: UiFiles;
  #components: () => Vitals["components"];
  #assistant: Assistant;
  #channels: ChannelDoor;
  #api: ApiDoor;
  #router: Router;
  #registry: ConnectionRegistry;
  #refusals: RefusalLog;
  #canvas: CanvasReload;
  #running = new Disposables();

  constructor(settings: GatewaySettings, log: GatewayLog, process: Stoppable, around: GatewayDeps) {
    const clock = around.clock ?? systemClock;
    const { paths } = settings;
    this.#uiFiles = around.uiFiles;
    this.#canvas = new CanvasReload(clock);
    this.#inForce = this.#rulesOf(settings);
    this.#log = log;
    this.#clock = clock;
    this.#startedAtMs = clock.now();
    this.#startedAt = clock.monotonicMs();
    this.#components = around.components ?? (() => ({}));
    this.#presence = new PresenceList(clock);
    this.#news = new PresenceNews(clock, () =>
      this.#bus.publish("presence", { presence: this.#presence.list() }),
    );
    const source: HealthSource = {
      stateDir: paths.stateDir,
      storeFile: paths.storeFile,
      config: () => this.settings().config,
      channels: {
        registry: around.channels ?? CHANNELS,
        accounts: () => this.#channels.accounts(),
      },
      sessions: (agentId, most) => this.#assistant.digest(agentId, most),
      answerer: () => this.#assistant.answerer(),
      areHeartbeatsOn: () => this.#assistant.areHeartbeatsOn(),
      strain: () => around.guard?.strain(),
      ailments: () => this.#ailments(),
    };
    this.#health = new HealthMonitor(source, this.#bus, clock);
    this.#pairing = new PairingStore(paths.devicesDir, clock, around.deviceToken);
    this.#links = new LinkCodes(clock);
    this.#nodes = new NodeDoor({
      pairing: this.#pairing,
      config: source.config,
      clock,
      stateDir: paths.stateDir,
    });
    const announce = this.#pairingAnnouncer();
    this.#authenticator = new Authenticator(
      () => this.#inForce.admission,
      { pairing: this.#pairing, links: this.#links, launcher: launcherOf({ env: around.env ?? {}, paths }) },
      announce,
    );
    this.#channels = new ChannelDoor({
      registry: around.channels ?? CHANNELS,
      household: {
        store: () => this.#assistant.store(),
        accept: (message) => this.#assistant.accept(message),
        media: () => this.#assistant.media,
        wake: (sessionKey) => this.#assistant.wake(sessionKey),
        isRunning: (sessionKey) => this.#assistant.isRunning(sessionKey),
      },
      config: source.config,
      clock,
      log: log.logger,
      launcher: launcherOf({ env: around.env ?? {}, paths }),
      credentialsDir: around.env?.CLAWDBOT_OAUTH_DIR || join(paths.stateDir, "credentials"),
      mediaFolders: () => [paths.workspaceDir, join(paths.stateDir, "media")],
      changed: () => this.#health.refreshSoon(),
      commands: {
        isCommand: (text, isInGroup) => commands.isCommand(text, isInGroup),
        take: (said) => commands.takeFrom(said),
      },
    });
    this.#assistant = new Assistant({
      storeFile: paths.storeFile,
      paths,
      bus: this.#bus,
      clock,
      log: log.logger,
      config: source.config,
      env: around.env ?? {},
      stateDir: paths.stateDir,
      holder: this.instanceId,
      admit: () => refuseWhenShort(around.guard?.strain()),
      surface: this.#channels,
      messages: this.#channels,
      nodes: nodePort({ nodes: this.#nodes, pairing: this.#pairing, announce, bus: this.#bus, clock }),
    });
    const { requestRestart } = process;
    const commands = new ChatCommands({
      assistant: this.#assistant,
      config: source.config,
      bus: this.#bus,
      clock,
      ...(requestRestart === undefined ? {} : { restart: requestRestart }),
    });
    this.#router = new Router(
      allMethods(
        {
          bus: this.#bus,
          health: this.#health,
          presence: this.#presence,
          pairing: this.#pairing,
          announce,
          links: this.#links,
          nodes: this.#nodes,
          clientOf: (connId) => this.#registry.clientOf(connId),
          clock,
          assistant: this.#assistant,
          channels: this.#channels,
          commands,
        },
        {
          source,
          config: { file: paths.configFile, env: around.env ?? {} },
          configChanged: (hash) => this.configChanged(hash),
          logFile: settings.logFile,
          paths,
          process,
        },
      ),
    );
    const limiter = new FailureLimiter(clock);
    const isSecret = this.#secretCheck(limiter);
    const metrics = new MetricsRoute(
      () => ({ ...this.#counts(around.restarts?.() ?? 0), strain: around.guard?.strain() }),
      isSecret,
    );
    this.#api = new ApiDoor(() => this.settings(), isSecret, {
      assistant: this.#assistant,
      bus: this.#bus,
      clock,
      log: log.logger,
      config: source.config,
    });
    this.#running.add(metrics);
    const keys = { isSecret, scopesOf: (token: string) => this.#pairing.scopesOf(token) };
    const media = new MediaRoute(() => this.settings(), keys, this.#assistant.media);
    const hooks = new HookDoor(
      {
        assistant: this.#assistant,
        clock,
        log: log.logger,
        config: source.config,
        channels: () => (around.channels ?? CHANNELS).map(({ id }) => id),
      },
      this.#guesses(limiter),
    );
    const answers = { metrics, api: this.#api, media, hooks, vitals: () => this.#vitals() };
    const wire = new WireLog(log.logger, settings.wsLog);
    this.#refusals = new RefusalLog(log.logger, clock);
    this.#registry = new ConnectionRegistry(this.#host(), this.#router, limiter, {
      log: log.logger,
      wire,
      refusals: this.#refusals,
      clock,
      ...(around.nonce ? { nonce: around.nonce } : {}),
    });
    const origins = new ClientAddresses(log.logger, clock);
    const upgrade = new Upgrade(
      () => ({ ...this.#inForce.upgrade, tailscale: this.tailscale, canvas: this.#canvasSockets() }),
      this.#registry,
      limiter,
      origins,
      this.#refusals,
    );
    this.http = new HttpServer(() => ({ ...this.#inForce.http, ...answers }), upgrade, origins, log.logger);
    for (const problem of [...this.#pairing.problems, ...this.#nodes.legacy.problems])
      log.logger.warn({ problem }, DEVICES_UNUSABLE);
  }

  /** What the gateway goes by at this moment. */
  settings(): GatewaySettings {
    return this.#inForce.settings;
  }

  /** Goes by other settings from now on, without a restart; going by the former ones again undoes it. */
  adopt(settings: GatewaySettings): void {
    const before = this.#inForce.http.canvas?.rules;
    this.#inForce = this.#rulesOf(settings);
    if (JSON.stringify(before) !== JSON.stringify(this.#inForce.http.canvas?.rules)) this.#canvas.reset();
    this.#followChannels();
  }

  /**
   * Sends those away who are no longer welcome under the settings that were adopted in the place of `before`. With another secret
   * every client has to prove itself anew; with `addressClosed` clients from other machines could not come in any more.
   */
  dismissOutdated(before: GatewaySettings, { addressClosed }: { addressClosed: boolean }): void {
    const newSecret = JSON.stringify(before.auth) !== JSON.stringify(this.settings().auth);
    if (newSecret) {
      this.#links.revokeAll();
      this.#registry.dismiss(CLOSE.policy, CLOSE_REASON.credentialsChanged);
    } else {
      this.#dismissUnwelcome(upgradeRules(before));
      const isAway = ({ origin }: Connection) => !origin.local;
      if (addressClosed) this.#registry.dismiss(CLOSE.policy, CLOSE_REASON.addressClosed, isAway);
    }
    this.#health.refreshSoon();
  }

  /** Takes the health anew soon, and tells it. */
  refreshHealth(): void {
    this.#health.refreshSoon();
  }

  /** How many there are of what, without opening anything for it. */
  async census(): Promise<Record<string, number>> {
    const { clients, connections } = this.#counts(0);
    const ids = agentIds(this.settings().config);
    const digests = ids.map((id) => this.#assistant.digest(id, 0).catch(() => undefined));
    const counts = (await Promise.all(digests)).map((digest) => digest?.count ?? 0);
    return {
      connections,
      clients: Object.values(clients).reduce((sum, count) => sum + count, 0),
      sessions: counts.reduce((sum, count) => sum + count, 0),
      runs: await this.#assistant.underWay(),
    };
  }

  /** Resolves when no run is under way, or when `timeoutMs` are over. */
  idle(timeoutMs: number): Promise<void> {
    return this.#assistant.idle(timeoutMs);
  }

  /** Tells clients, once for each content, that the configuration file is another one. */
  configChanged(hash: string): void {
    if (hash === this.#configHash) return;
    this.#configHash = hash;
    this.#bus.publish("config.changed", { hash });
  }

  /** Starts what runs by itself: ticks, health, broadcasts. */
  start(): void {
    const versions = () => ({ presence: this.#presence.version, health: this.#health.version });
    const hears = (connId: string, sessionKey: string) => this.#nodes.hears(connId, sessionKey);
    this.#running.add(new Broadcaster(this.#bus, this.#registry, { versions, hears }));
    this.#running.add(
      this.#clock.every(WIRE_LIMITS.tickIntervalMs, () =>
        this.#bus.publish("tick", { ts: this.#clock.now() }),
      ),
    );
    this.#health.start();
    const { paths, config } = this.settings();
    // There may be jobs of another program to be taken over.
    if (
      existsSync(paths.storeFile) ||
      existsSync(join(paths.stateDir, "cron", "jobs.json")) ||
      areHooksOn(config)
    )
      this.#resume();
    this.#channels.start().catch((error: unknown) => this.#channelsFailed(error));
  }

  /** Tells the clients first, then closes their connections and the HTTP servers. */
  async stop(reason: string, restartExpectedMs: number | null): Promise<void> {
    this.phase = "stopping";
    const served = this.http.stop();
    // Nothing comes in any more, and what goes out is kept for the next run.
    await this.#channels.stop(reason);
    await this.#api.stop();
    // While its clients are still here: what they are told of a turn is the last of it.
    await this.#assistant.stop();
    this.#nodes.registry.stop();
    // Those who waited for a node read why before their connection ends.
    await new Promise((resolve) => setImmediate(resolve));
    this.#bus.publish("shutdown", { reason, restartExpectedMs });
    this.#running.dispose();
    this.#canvas.dispose();
    this.#health.stop();
    this.#news.dispose();
    this.#refusals.dispose();
    this.#registry.closeAll(CLOSE.serviceRestart, CLOSE_REASON.serviceRestart);
    await served;
  }

  /** Behind the first requests: opening the store takes a moment. */
  #resume(): void {
    const timer = this.#clock.after(RESUME_MS, () => {
      this.#assistant.resume().catch((error: unknown) => {
        this.#log.logger.error({ err: error }, "what was left of the last run could not be taken up");
      });
    });
    this.#running.add(timer);
  }

  #followChannels(): void {
    this.#channels.apply().catch((error: unknown) => this.#channelsFailed(error));
  }

  #channelsFailed(error: unknown): void {
    this.#log.logger.error({ err: error }, "the channels could not be started");
  }

  #host(): ConnectionDelegate {
    return {
      admit: (connect, context) => this.#authenticator.admit(connect, context),
      welcome: (connection, connect, identity) => this.#welcome(connection, connect, identity),
      welcomed: (connection, connect, identity) => this.#nodes.joined(connection, connect, identity),
      left: (connection, connect) => {
        this.#nodes.left(connection.id);
        this.#left(connection, connect);
      },
    };
  }

  /** Ends the clients that were let in on grounds which fell away; they may prove themselves anew. */
  #dismiss(which: (identity: ClientIdentity, connection: Connection) => boolean): void {
    this.#registry.dismiss(
      CLOSE.policy,
      CLOSE_REASON.credentialsChanged,
      (connection) => connection.state.kind === "connected" && which(connection.state.identity, connection),
    );
  }

  /** Those who came by rules that are no longer in force. `before` are the old ones. */
  #dismissUnwelcome(before: UpgradeRules): void {
    const { trustedProxies, allowedOrigins } = this.#inForce.upgrade;
    const otherProxies = JSON.stringify(trustedProxies) !== JSON.stringify(before.trustedProxies);
    const isForeign = ({ page }: Arrival) =>
      page !== undefined && !isOriginAllowed(page.origin, page.host, allowedOrigins);
    this.#dismiss(
      ({ insecure }, { arrival }) =>
        (otherProxies && arrival.proxied) ||
        (insecure === true && !this.#inForce.admission.allowInsecureControlUi) ||
        isForeign(arrival),
    );
  }

  /** What another token means for those who came with the old one. Whoever rotates his own stays, with what the new one opens. */
  #tokenChanged({ deviceId, role, how, connId }: TokenChange): void {
    const token = this.#pairing.get(deviceId)?.tokens?.[role];
    for (const connection of this.#registry) {
      if (connection.state.kind !== "connected") continue;
      const { identity } = connection.state;
      if (identity.device?.id !== deviceId || identity.role !== role) continue;
      // A new pairing takes nothing from those who did not come by the token.
      if (how === "approved" && identity.proof !== "device-token") continue;
      const end = () => connection.close(CLOSE.policy, CLOSE_REASON.credentialsChanged);
      if (connection.id !== connId) end();
      else if (how === "rotated") {
        identity.device.token = token;
        identity.scopes = identity.scopes.filter((scope) => token?.scopes.includes(scope));
      }
      // The answer has to leave before the connection does.
      else setImmediate(end);
    }
  }

  #welcome(connection: Connection, connect: ConnectParams, identity: ClientIdentity): HelloOk {
    if (isListed(connect)) {
      this.#presence.joined(presenceKey(connection, connect), presenceOf(connection, connect, identity));
    }
    this.#health.refreshSoon();
    const token = identity.device?.token;
    const canvasHostUrl = this.#canvasUrl(connection);
    return {
      type: "hello-ok",
      protocol: PROTOCOL_VERSION,
      server: { version: APP_VERSION, host: hostName(), connId: connection.id },
      features: { methods: this.#router.methodNames, events: EVENT_NAMES },
      snapshot: {
        presence: this.#presence.list(),
        health: this.#health.cached ?? {},
        stateVersion: { presence: this.#presence.version, health: this.#health.version },
        uptimeMs: Math.round(this.#clock.monotonicMs() - this.#startedAt),
        configPath: this.settings().paths.configFile,
        stateDir: this.settings().paths.stateDir,
        sessionDefaults: this.#sessionDefaults(),
      },
      ...(canvasHostUrl === undefined ? {} : { canvasHostUrl }),
      ...(token === undefined
        ? {}
        : {
            auth: {
              deviceToken: token.token,
              role: token.role,
              scopes: token.scopes,
              issuedAtMs: token.rotatedAtMs ?? token.createdAtMs,
            },
          }),
      policy: {
        maxPayload: WIRE_LIMITS.maxPayloadBytes,
        maxBufferedBytes: WIRE_LIMITS.maxBufferedBytes,
        tickIntervalMs: WIRE_LIMITS.tickIntervalMs,
      },
    };
  }

  #left(connection: Connection, connect: ConnectParams): void {
    const key = presenceKey(connection, connect);
    const stillHere = [...this.#registry].some(
      ({ id, state }) =>
        id !== connection.id && state.kind === "connected" && presenceKey({ id }, state.connect) === key,
    );
    if (!isListed(connect) || stillHere) return;
    this.#presence.left(key);
    this.#news.changed();
  }

  #rulesOf(settings: GatewaySettings): InForce {
    const {
      enabled = DEFAULTS["gateway.controlUi.enabled"],
      basePath = DEFAULTS["gateway.controlUi.basePath"],
      allowedOrigins = DEFAULTS["gateway.controlUi.allowedOrigins"],
    } = settings.config.gateway?.controlUi ?? {};
    const upgrade = upgradeRules(settings);
    return {
      settings,
      admission: admissionRules(settings),
      upgrade,
      http: {
        ui: enabled ? new UiRoute(this.#uiFiles, basePath, allowedOrigins) : undefined,
        avatars: enabled
          ? new AvatarRoute(basePath, { config: settings.config, paths: settings.paths, allowedOrigins })
          : undefined,
        canvas: this.#canvasOf(settings, allowedOrigins),
        trustedProxies: upgrade.trustedProxies,
      },
    };
  }

  /** Where pages of the canvas hear that it changed. */
  #canvasSockets(): UpgradeRules["canvas"] {
    const { rules, reload } = this.#inForce.http.canvas ?? {};
    if (rules?.liveReload !== true) return undefined;
    return { path: RELOAD_PATH, receive: (socket) => reload?.receive(socket, rules.root) };
  }

  #canvasOf({ config, paths }: GatewaySettings, allowedOrigins: readonly string[]): CanvasRoute | undefined {
    const {
      enabled = DEFAULTS["canvasHost.enabled"],
      liveReload = DEFAULTS["canvasHost.liveReload"],
      root,
    } = config.canvasHost ?? {};
    if (!enabled) return undefined;
    const folder = root ?? join(workspaceOf(config, defaultAgentId(config), paths), "canvas");
    return new CanvasRoute(
      { root: expandedPath(folder, paths.home), liveReload, allowedOrigins },
      this.#canvas,
    );
  }

  /** As the client came in, so that it reaches the canvas by the same way. */
  #canvasUrl({ arrival: { door } }: Connection): string | undefined {
    if (this.#inForce.http.canvas === undefined || door?.host === undefined || door.port === undefined)
      return undefined;
    return `${door.isSecure ? "https" : "http"}://${hostPort(addressName(door.host), door.port)}`;
  }

  #sessionDefaults() {
    const rules = keyRules(this.settings().config);
    const { defaultId, mainKey, scope } = rules;
    return { defaultAgentId: defaultId, mainKey, mainSessionKey: mainSessionKey(rules), scope };
  }

  /** What of `/readyz` is not well, as people read it. */
  #ailments(): string[] {
    return Object.entries(this.#vitals().components).flatMap(([name, { ok, detail }]) =>
      ok ? [] : [`${name}: ${detail ?? "not well"}`],
    );
  }

  #vitals(): Vitals {
    const { problem } = this.#log;
    const { heldUpBy } = this.#assistant;
    return {
      instanceId: this.instanceId,
      phase: this.phase,
      startedAtMs: this.#startedAtMs,
      profile: this.settings().paths.profile,
      components: {
        log: problem === undefined ? { ok: true } : { ok: false, detail: problem },
        ...(heldUpBy === undefined ? {} : { answers: { ok: false, detail: heldUpBy } }),
        ...this.#components(),
      },
    };
  }

  #counts(restarts: number): Counts {
    const clients: Record<string, number> = Object.fromEntries(ROLES.map((role) => [role, 0]));
    let connections = 0;
    for (const { state } of this.#registry) {
      connections += 1;
      if (state.kind === "connected") clients[state.identity.role] = (clients[state.identity.role] ?? 0) + 1;
    }
    return {
      ready: this.phase === "ready",
      startedAtMs: this.#startedAtMs,
      clients,
      connections,
      refusals: this.#refusals.total,
      restarts,
    };
  }

  /** Wrong ones count as guesses, as those of clients do. */
  #secretCheck(limiter: FailureLimiter): SecretCheck {
    return (secret, origin) => {
      const source = accountableFor(origin);
      const verdict = this.#authenticator.isSecret(secret, limiter.block(source));
      if (verdict === false) {
        limiter.recordFailure(source);
        this.#refusals.note("http request refused", { source: source.key, reason: "wrong secret" });
      }
      return verdict;
    };
  }

  /** Of a secret that is not the gateway's, with the limits of that one. */
  #guesses(limiter: FailureLimiter): GuessCount {
    return {
      isHeard: (origin, isRight) => {
        const { ms, isHard } = limiter.block(accountableFor(origin));
        return ms === 0 || (isRight && !isHard);
      },
      isGateways: (secret) => this.#authenticator.isSecret(secret, { ms: 0, isHard: false }) === true,
      wrong: (origin) => {
        const source = accountableFor(origin);
        limiter.recordFailure(source);
        this.#refusals.note("http request refused", { source: source.key, reason: "wrong secret of a hook" });
      },
    };
  }

  #pairingAnnouncer(): PairingAnnouncer {
    return {
      requested: (request) => this.#bus.publish("device.pair.requested", request),
      resolved: ({ requestId, deviceId }, decision) =>
        this.#bus.publish("device.pair.resolved", { requestId, deviceId, decision, ts: this.#clock.now() }),
      tokenChanged: (change) => this.#tokenChanged(change),
    };
  }
}

/** Fails with `MEMORY_SHORT` where another run would be one too many. */
function refuseWhenShort(strain: Strain | undefined): void {
  const { rssBytes, refuseBytes, retryAfterMs } = strain?.memory ?? {};
  if (rssBytes === undefined || refuseBytes === undefined || retryAfterMs === undefined) return;
  const [used, limit] = [rssBytes, refuseBytes].map((bytes) => Math.round(bytes / 1_048_576));
  throw new UnavailableError(
    "MEMORY_SHORT",
    `the gateway uses ${used} MB of memory and takes new messages below ${limit} MB only; this one was not kept`,
    { retryAfterMs },
  );
}

function admissionRules({ auth, config }: GatewaySettings): AdmissionRules {
  return { auth, allowInsecureControlUi: config.gateway?.controlUi?.allowInsecureAuth === true };
}

function upgradeRules({ config }: GatewaySettings): UpgradeRules {
  return {
    allowedOrigins: config.gateway?.controlUi?.allowedOrigins ?? DEFAULTS["gateway.controlUi.allowedOrigins"],
    trustedProxies: config.gateway?.trustedProxies ?? DEFAULTS["gateway.trustedProxies"],
  };
}

/** Who stays a while. Commands and probes come and go, and are nobody who is there. */
function isListed({ client }: ConnectParams): boolean {
  return client.mode !== "cli" && client.mode !== "probe";
}

function presenceKey(connection: { id: string }, connect: ConnectParams): string {
  return connect.device?.id ?? connect.client.instanceId ?? connection.id;
}

function presenceOf(connection: Connection, connect: ConnectParams, identity: ClientIdentity) {
  const { client, device } = connect;
  const host = client.displayName ?? client.id;
  const instanceId = device?.id ?? client.instanceId;
  return {
    host,
    ...(connection.origin.local || connection.origin.untrustedProxy ? {} : { ip: connection.origin.ip }),
    version: client.version,
    platform: client.platform,
    ...(client.deviceFamily === undefined ? {} : { deviceFamily: client.deviceFamily }),
    ...(client.modelIdentifier === undefined ? {} : { modelIdentifier: client.modelIdentifier }),
    mode: client.mode,
    ...(device === undefined ? {} : { deviceId: device.id }),
    roles: [identity.role],
    ...(identity.scopes.length === 0 ? {} : { scopes: identity.scopes }),
    ...(instanceId === undefined ? {} : { instanceId }),
    text: `Node: ${host} · mode ${client.mode}`,
  };
}

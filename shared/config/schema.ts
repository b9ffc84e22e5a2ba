/**
 * The schema of `clawdbot.json`. Each key is declared here and nowhere else: what fits, what it is for in each language, what a change
 * asks of a running gateway, and whether this release serves it. Defaults are in `defaults.ts`, which quick commands load without
 * this. `gateway` is strict, because a typo there can open a door; the other sections belong to parts that check them themselves.
 */
import * as z from "zod";
import { LANGUAGES } from "../languages.ts";
import { DEFAULT_MODEL } from "./defaults.ts";
import { key, opaque } from "./key.ts";
import { checked, checkedOrEmpty, checkedOrNone, meaning, secretText, words } from "./meanings.ts";
import {
  ACK_SCOPES,
  ACK_SCOPES_OF_OTHERS,
  AUTH_MODES,
  BIND_MODES,
  DM_SCOPES,
  LOG_LEVELS,
  TAILSCALE_MODES,
  THINKING_DEFAULTS,
  THINKING_OF_OTHERS,
} from "./modes.ts";
import { blockStreaming, humanDelay } from "./sections/block-streaming.ts";
import { Browser } from "./sections/browser.ts";
import { Budget } from "./sections/budget.ts";
import { CanvasHost } from "./sections/canvas-host.ts";
import { Compaction } from "./sections/compaction.ts";
import { CronSection } from "./sections/cron.ts";
import { heartbeat, ownHeartbeat } from "./sections/heartbeat.ts";
import { Hooks } from "./sections/hooks.ts";
import { Mcp } from "./sections/mcp.ts";
import { memorySearch } from "./sections/memory-search.ts";
import { Nodes, nodeHost } from "./sections/nodes.ts";
import { Queue } from "./sections/queue.ts";
import { sandbox } from "./sections/sandbox.ts";
import { Maintenance } from "./sections/session-maintenance.ts";
import { Reset, ResetByChannel, ResetByType } from "./sections/session-reset.ts";
import { Skills } from "./sections/skills.ts";
import { ownSubAgents, subAgents } from "./sections/sub-agents.ts";
import { AgentTools, Tools } from "./sections/tools.ts";
import { envelopeZone, ownZone } from "./zone.ts";

export * from "./modes.ts";

const MDNS_MODES = ["off", "minimal", "full"] as const;

const secret = secretText();
const path = checked("path", 4_096);
const pathOrNone = checkedOrNone("path", 4_096);
const flag = () => z.boolean().optional();
/** TCP port, 1-65535. */
export const Port = z.int().min(1).max(65_535);

const Auth = z.strictObject({
  mode: key(z.enum(AUTH_MODES).optional(), {
    en: "What clients prove themselves with. Without it a password is asked for when there is one, else the token.",
    de: "Womit sich Clients ausweisen. Ohne Angabe gilt das Passwort, wenn es eines gibt, sonst das Token.",
  }),
  token: key(secret.optional(), {
    en: "The token that all clients share. Beyond this machine it takes at least 16 characters.",
    de: "Das Token, das alle Clients teilen. Über diesen Rechner hinaus braucht es mindestens 16 Zeichen.",
  }),
  password: key(secret.optional(), {
    en: "The password that all clients share. Beyond this machine it takes at least 16 characters.",
    de: "Das Passwort, das alle Clients teilen. Über diesen Rechner hinaus braucht es mindestens 16 Zeichen.",
  }),
  allowTailscale: key(flag(), {
    en: "Whether people of the tailnet who come through Tailscale Serve need no secret. Without it they need none with `serve` and a token.",
    de: "Ob Personen im Tailnet, die über Tailscale Serve kommen, kein Geheimnis brauchen. Ohne Angabe gilt das bei `serve` mit Token.",
  }),
});

const Tailscale = z.strictObject({
  mode: key(z.enum(TAILSCALE_MODES).optional(), {
    en: "`serve` publishes the gateway in the tailnet, `funnel` on the internet.",
    de: "`serve` gibt das Gateway im Tailnet frei, `funnel` im Internet.",
  }),
  resetOnExit: key(flag(), {
    en: "Whether Serve or Funnel is taken back when the gateway stops.",
    de: "Ob Serve oder Funnel zurückgenommen wird, wenn das Gateway endet.",
  }),
});

const ControlUi = z.strictObject({
  enabled: key(flag(), {
    en: "Whether the dashboard is served.",
    de: "Ob das Dashboard im Browser angeboten wird.",
  }),
  basePath: key(checked("basePath", 200, 0).optional(), {
    en: "Path under which the dashboard is served, such as `/clawdbot`.",
    de: "Pfad, unter dem das Dashboard angeboten wird, etwa `/clawdbot`.",
  }),
  allowedOrigins: key(z.array(checked("origin", 2_000)).max(100).optional(), {
    en: "Further browser origins that may connect, such as `https://home.example`.",
    de: "Weitere Ursprünge von Browsern, die sich verbinden dürfen, etwa `https://home.example`.",
  }),
  allowInsecureAuth: key(flag(), {
    en: "Lets the dashboard in over plain HTTP with the secret alone, without an identity of the device.",
    de: "Lässt das Dashboard über unverschlüsseltes HTTP mit dem Geheimnis allein zu, ohne Identität des Geräts.",
  }),
  dangerouslyDisableDeviceAuth: key(flag(), {
    en: "Lets the dashboard in without an identity of the device.",
    de: "Lässt das Dashboard ohne Identität des Geräts zu.",
    notServed: {
      en: "the dashboard proves its device all the same",
      de: "das Dashboard weist ihr Gerät trotzdem aus",
    },
  }),
});

const Tls = z.strictObject({
  enabled: key(flag(), {
    en: "Whether the gateway speaks TLS itself.",
    de: "Ob das Gateway selbst TLS spricht.",
    notServed: {
      en: "the gateway refuses to start while it is true; put Tailscale Serve or a TLS proxy in front",
      de: "solange es true ist, startet das Gateway nicht; schalten Sie Tailscale Serve oder einen TLS-Proxy davor",
    },
  }),
  autoGenerate: key(flag(), {
    en: "Whether a certificate is made when there is none.",
    de: "Ob ein Zertifikat erzeugt wird, wenn es keines gibt.",
  }),
  certPath: key(path.optional(), { en: "File of the certificate.", de: "Datei des Zertifikats." }),
  keyPath: key(path.optional(), {
    en: "File of the certificate's private key.",
    de: "Datei mit dem privaten Schlüssel des Zertifikats.",
  }),
  caPath: key(path.optional(), {
    en: "File of the authority that signs clients' certificates.",
    de: "Datei der Stelle, die Zertifikate von Clients signiert.",
  }),
});

const Remote = z.strictObject({
  url: key(checked("gatewayAddress", 2_000).optional(), {
    en: "Address of another gateway that commands call, such as `wss://home.example`.",
    de: "Adresse eines anderen Gateways, das die Befehle aufrufen, etwa `wss://home.example`.",
  }),
  transport: key(z.enum(["direct", "ssh"]).optional(), {
    en: "How that gateway is reached.",
    de: "Auf welchem Weg dieses Gateway erreicht wird.",
    notServed: {
      en: "commands connect to gateway.remote.url directly; gateway probe --ssh looks through a tunnel",
      de: "Befehle verbinden sich direkt mit gateway.remote.url; gateway probe --ssh sieht durch einen Tunnel nach",
    },
  }),
  token: key(secret.optional(), { en: "That gateway's token.", de: "Das Token dieses Gateways." }),
  password: key(secret.optional(), { en: "That gateway's password.", de: "Das Passwort dieses Gateways." }),
  tlsFingerprint: key(words(200).optional(), {
    en: "Fingerprint of that gateway's certificate.",
    de: "Fingerabdruck des Zertifikats dieses Gateways.",
    notServed: {
      en: "certificates are checked against the authorities that Node trusts",
      de: "Zertifikate werden gegen die Stellen geprüft, denen Node vertraut",
    },
  }),
  sshTarget: key(checked("sshTarget", 500).optional(), {
    en: "Where `gateway probe` opens its tunnel, as `user@host[:port]`.",
    de: "Wohin `gateway probe` seinen Tunnel öffnet, als `user@host[:port]`.",
  }),
  sshIdentity: key(path.optional(), {
    en: "Private key for that tunnel.",
    de: "Privater Schlüssel für diesen Tunnel.",
  }),
});

const Reload = z.strictObject({
  mode: key(z.enum(["hybrid", "hot", "restart", "off"]).optional(), {
    en: "What a change of the file does: `hybrid` takes it over in place and restarts where it must, `hot` never restarts, `restart` always does, `off` waits for the next start.",
    de: "Was eine Änderung der Datei bewirkt: `hybrid` übernimmt sie im Betrieb und startet neu, wo es sein muss, `hot` startet nie neu, `restart` immer, `off` wartet auf den nächsten Start.",
  }),
  debounceMs: key(z.int().min(0).max(3_600_000).optional(), {
    en: "How long the file must be at rest before it is read, in milliseconds.",
    de: "Wie lange die Datei ruhen muss, bevor sie gelesen wird, in Millisekunden.",
  }),
});

/** Resident memory of the gateway; less than the least it would never have, even at rest. */
const memory = () => z.int().min(32).max(1_048_576).optional();

const Guard = z.strictObject({
  warnMb: key(memory(), {
    en: "Memory of the gateway from which on it warns, in MB.",
    de: "Speicher des Gateways, ab dem es warnt, in MB.",
  }),
  refuseMb: key(memory(), {
    en: "Memory from which on it takes no new messages and says when to try again, in MB.",
    de: "Speicher, ab dem es keine neuen Nachrichten annimmt und sagt, wann ein neuer Versuch lohnt, in MB.",
  }),
  restartMb: key(memory(), {
    en: "Memory from which on a new process takes its place between two runs, in MB.",
    de: "Speicher, ab dem zwischen zwei Läufen ein neuer Prozess an seine Stelle tritt, in MB.",
  }),
  restartShare: key(z.number().min(0.01).max(1).optional(), {
    en: "The same as a share of the machine's memory, but 256 MB at least. Where it is less than `restartMb`, all three limits shrink in proportion.",
    de: "Dasselbe als Anteil am Speicher des Rechners, aber mindestens 256 MB. Ist es weniger als `restartMb`, sinken alle drei Grenzen im selben Verhältnis.",
  }),
  delayMs: key(z.int().min(50).max(600_000).optional(), {
    en: "How long the gateway may be held up by one thing before that is logged and shown, in milliseconds.",
    de: "Wie lange eine einzelne Sache das Gateway aufhalten darf, bevor das im Log steht und angezeigt wird, in Millisekunden.",
  }),
});

/** Of the two ways to reach a model over HTTP. */
const Endpoint = (name: string, ofOthers = "") =>
  key(
    z
      .looseObject({
        enabled: key(flag(), {
          en: `Whether \`${name}\` is served, to whoever brings the gateway's secret as a bearer token.`,
          de: `Ob \`${name}\` angeboten wird, und zwar allen, die das Geheimnis des Gateways als Bearer-Token mitbringen.`,
        }),
      })
      .optional(),
    {
      en: `An agent at \`${name}\`, for programs that speak to models of OpenAI.`,
      de: `Ein Agent unter \`${name}\`, für Programme, die mit Modellen von OpenAI sprechen.`,
      ofOthers,
    },
  );

const Http = z.strictObject({
  endpoints: z
    .strictObject({
      chatCompletions: Endpoint("/v1/chat/completions"),
      responses: Endpoint("/v1/responses", "maxBodyBytes files images"),
    })
    .optional(),
});

const GatewaySection = z.strictObject({
  mode: key(z.enum(["local", "remote"]).optional(), {
    en: "`local` lets a gateway start here; with `remote`, commands call the one at `gateway.remote.url`.",
    de: "`local` lässt hier ein Gateway starten; bei `remote` rufen die Befehle das unter `gateway.remote.url` auf.",
    reload: "live",
  }),
  port: key(Port.optional(), {
    en: "TCP port of WebSocket and HTTP.",
    de: "TCP-Port für WebSocket und HTTP.",
    reload: "live",
  }),
  bind: key(z.enum(BIND_MODES).optional(), {
    en: "Where the gateway listens: this machine, every address, the tailnet, as wide as is safe, or `gateway.customBindHost`.",
    de: "Wo das Gateway lauscht: auf diesem Rechner, auf jeder Adresse, im Tailnet, so weit wie sicher, oder auf `gateway.customBindHost`.",
    reload: "live",
  }),
  customBindHost: key(checked("bindHost", 255).optional(), {
    en: "Address or network interface to listen on with `bind` set to `custom`.",
    de: "Adresse oder Netzwerkschnittstelle, auf der bei `bind` gleich `custom` gelauscht wird.",
    reload: "live",
  }),
  auth: key(Auth.optional(), {
    en: "How clients prove who they are.",
    de: "Wie sich Clients ausweisen.",
    reload: "live",
  }),
  tailscale: key(Tailscale.optional(), {
    en: "Tailscale in front of the gateway.",
    de: "Tailscale vor dem Gateway.",
    reload: "live",
  }),
  trustedProxies: key(
    z
      .array(
        meaning(
          "proxy",
          checked("proxy", 64).refine((entry) => !/\/0+$/.test(entry), "would trust the whole internet"),
        ),
      )
      .max(1_000)
      .optional(),
    {
      en: "Addresses (or CIDR ranges) of reverse proxies whose forwarding headers are believed.",
      de: "Adressen (oder CIDR-Bereiche) von Reverse-Proxys, deren Weiterleitungs-Header geglaubt werden.",
      reload: "live",
    },
  ),
  controlUi: key(ControlUi.optional(), {
    en: "The dashboard in the browser.",
    de: "Das Dashboard im Browser.",
    reload: "live",
  }),
  tls: key(Tls.optional(), {
    en: "TLS by the gateway itself.",
    de: "TLS durch das Gateway selbst.",
    notServed: {
      en: "put Tailscale Serve or a TLS proxy in front",
      de: "schalten Sie Tailscale Serve oder einen TLS-Proxy davor",
    },
  }),
  remote: key(Remote.optional(), {
    en: "Another gateway that commands call.",
    de: "Ein anderes Gateway, das die Befehle aufrufen.",
    reload: "live",
  }),
  reload: key(Reload.optional(), {
    en: "How changes of the file are taken over.",
    de: "Wie Änderungen der Datei übernommen werden.",
    reload: "live",
  }),
  guard: key(Guard.optional(), {
    en: "What the gateway does when it needs much memory or is held up.",
    de: "Was das Gateway tut, wenn es viel Speicher braucht oder aufgehalten wird.",
    reload: "live",
  }),
  http: key(Http.optional(), {
    en: "Further HTTP endpoints.",
    de: "Weitere HTTP-Endpunkte.",
    reload: "live",
  }),
  nodes: key(Nodes.optional(), {
    en: "What nodes may be asked to do.",
    de: "Worum Nodes gebeten werden dürfen.",
    reload: "live",
    ofOthers: "browser",
  }),
});

const LoggingSection = z.looseObject({
  level: key(z.enum(LOG_LEVELS).optional(), {
    en: "The least severe level that the log file takes.",
    de: "Die niedrigste Stufe, die in die Logdatei kommt.",
  }),
  file: key(pathOrNone.optional(), {
    en: "Log file to use instead of `<state>/logs/gateway.log`. A relative path starts at the state directory.",
    de: "Logdatei anstelle von `<state>/logs/gateway.log`. Ein relativer Pfad beginnt im Zustandsverzeichnis.",
    // The log is opened once for the life of the process.
    reload: "later",
  }),
  consoleLevel: key(z.enum(LOG_LEVELS).optional(), {
    en: "The least severe level that the console shows.",
    de: "Die niedrigste Stufe, die die Konsole zeigt.",
    notServed: {
      en: "the console shows warnings and worse, with --verbose all",
      de: "die Konsole zeigt Warnungen und Schlimmeres, mit --verbose alles",
    },
  }),
  consoleStyle: key(z.enum(["pretty", "compact", "json"]).optional(), {
    en: "How the console shows log lines.",
    de: "Wie die Konsole Logzeilen zeigt.",
    notServed: {
      en: "the console shows plain lines; clawdbot logs --json shows JSON",
      de: "die Konsole zeigt einfache Zeilen; clawdbot logs --json zeigt JSON",
    },
  }),
});

const ratio = () => z.number().min(0).max(1).optional();
const chars = () => z.int().min(0).max(10_000_000).optional();
const toolNames = () => z.array(words(200)).max(200).optional();

const ContextPruning = z.looseObject({
  mode: key(z.enum(["off", "cache-ttl"]).optional(), {
    en: "`cache-ttl` shortens when the last call is older than `ttl`. Without it, that holds for Anthropic's models only.",
    de: "`cache-ttl` kürzt, wenn der letzte Aufruf älter als `ttl` ist. Ohne Angabe gilt das nur bei Modellen von Anthropic.",
  }),
  ttl: key(checked("duration", 40).optional(), {
    en: "How long a provider keeps what it was sent, such as `5m`.",
    de: "Wie lange ein Anbieter behält, was ihm gesendet wurde, etwa `5m`.",
  }),
  keepLastAssistants: key(z.int().min(0).max(1_000).optional(), {
    en: "Results behind the last answers of this number stay whole.",
    de: "Ergebnisse nach so vielen letzten Antworten bleiben ganz.",
  }),
  softTrimRatio: key(ratio(), {
    en: "The share of a model's window from which results are shortened.",
    de: "Der Anteil am Kontext eines Modells, ab dem Ergebnisse gekürzt werden.",
  }),
  hardClearRatio: key(ratio(), {
    en: "The share from which they are taken out, the oldest first.",
    de: "Der Anteil, ab dem sie ganz wegfallen, die ältesten zuerst.",
  }),
  minPrunableToolChars: key(chars(), {
    en: "How many characters taking out must gain at least.",
    de: "Wie viele Zeichen das Weglassen mindestens einsparen muss.",
  }),
  softTrim: z
    .looseObject({
      maxChars: key(chars(), {
        en: "Results longer than this are shortened, in characters.",
        de: "Längere Ergebnisse als dieses Maß werden gekürzt, in Zeichen.",
      }),
      headChars: key(chars(), {
        en: "How much stays of their beginning.",
        de: "Wie viel von ihrem Anfang bleibt.",
      }),
      tailChars: key(chars(), { en: "How much stays of their end.", de: "Wie viel von ihrem Ende bleibt." }),
    })
    .optional(),
  hardClear: z
    .looseObject({
      enabled: key(flag(), { en: "Whether results are taken out.", de: "Ob Ergebnisse ganz wegfallen." }),
      placeholder: key(words(1_000).optional(), {
        en: "What the model reads in their place.",
        de: "Was das Modell an ihrer Stelle liest.",
      }),
    })
    .optional(),
  tools: z
    .looseObject({
      allow: key(toolNames(), {
        en: "Tools whose results may be shortened, with `*`; all without it.",
        de: "Werkzeuge, deren Ergebnisse gekürzt werden dürfen, mit `*`; ohne Angabe alle.",
      }),
      deny: key(toolNames(), {
        en: "Tools whose results stay whole. They count more.",
        de: "Werkzeuge, deren Ergebnisse ganz bleiben. Sie zählen mehr.",
      }),
    })
    .optional(),
});

const modelReference = checked("model", 200);

const TYPING_MODES = ["never", "instant", "thinking", "message"] as const;

/** When somebody in a chat sees that an answer is written. Each place that has it has schemas of its own. */
const typing = () => ({
  typingMode: key(z.enum(TYPING_MODES).optional(), {
    en: "When a chat shows that the assistant is typing: `instant`, with the first thought (`thinking`) or word (`message`), or `never`. Without it at once where somebody waits for the answer, else with the first word.",
    de: "Wann ein Chat zeigt, dass der Assistent schreibt: `instant` sofort, mit dem ersten Gedanken (`thinking`) oder Wort (`message`), oder `never`. Ohne Angabe sofort, wo jemand auf die Antwort wartet, sonst mit dem ersten Wort.",
  }),
  typingIntervalSeconds: key(z.number().min(1).max(3_600).optional(), {
    en: "How often that sign is renewed, in seconds.",
    de: "Wie oft dieses Zeichen erneuert wird, in Sekunden.",
  }),
});

/** A model, or one with others that are asked in its place. */
const modelChoice = z
  .union([
    checkedOrEmpty("model", 200),
    z.looseObject({
      primary: checkedOrNone("model", 200).optional(),
      fallbacks: z.array(modelReference).max(20).optional(),
    }),
  ])
  .transform((choice) => (choice === "" ? undefined : choice));

/** What others call `adaptive` is left to what holds without the key. */
const thinking = z
  .enum([...THINKING_DEFAULTS, ...THINKING_OF_OTHERS])
  .transform((level) => (level === "adaptive" ? undefined : level === "max" ? "xhigh" : level));

const ackScope = z
  .enum([...ACK_SCOPES, ...ACK_SCOPES_OF_OTHERS])
  .transform((scope) => (scope === "none" ? "off" : scope));

const AgentDefaults = z.looseObject({
  ...typing(),
  model: key(modelChoice.optional(), {
    en: "The model of the agents, as `provider/name`, or an object: `primary` is the model, `fallbacks` are asked in its place while it cannot answer.",
    de: "Das Modell der Agenten als `anbieter/name`, oder ein Objekt: `primary` ist das Modell, `fallbacks` werden an seiner Stelle gefragt, solange es nicht antworten kann.",
  }),
  imageModel: key(modelChoice.optional(), {
    en: "The model that answers messages with images where the chosen one takes none, and looks at pictures for the tool `image`; written like `model`.",
    de: "Das Modell, das Nachrichten mit Bildern beantwortet, wenn das gewählte keine nimmt, und für das Werkzeug `image` Bilder ansieht; geschrieben wie `model`.",
  }),
  mediaMaxMb: key(z.number().positive().max(1_000).optional(), {
    en: "The largest file that is taken from a channel, in MB. Each kind has a limit of its own besides: images 6, sound and films 16, other files 100.",
    de: "Die größte Datei, die von einem Kanal angenommen wird, in MB. Daneben hat jede Art ihre eigene Grenze: Bilder 6, Ton und Filme 16, andere Dateien 100.",
  }),
  models: key(
    z.record(modelReference, z.looseObject({ alias: words(100, 1).optional() }).nullable()).optional(),
    {
      en: "Models by `provider/name`, each with an `alias` or `{}`. Where there are any, no other may be chosen.",
      de: "Modelle nach `anbieter/name`, jedes mit einem `alias` oder `{}`. Wenn es welche gibt, darf kein anderes gewählt werden.",
    },
  ),
  thinkingDefault: key(thinking.optional(), {
    en: "How hard models think that can. Without it `low`.",
    de: "Wie gründlich Modelle nachdenken, die das können. Ohne Angabe `low`.",
  }),
  contextTokens: key(z.int().min(1).max(100_000_000).optional(), {
    en: "The largest window of a model that is used, in tokens.",
    de: "Das größte Kontextfenster eines Modells, das genutzt wird, in Token.",
  }),
  heartbeat: heartbeat(),
  workspace: key(pathOrNone.optional(), {
    en: "Work directory of the agents.",
    de: "Arbeitsverzeichnis der Agenten.",
  }),
  skipBootstrap: key(flag(), {
    en: "Whether a new work directory stays without the agent's first files.",
    de: "Ob ein neues Arbeitsverzeichnis ohne die ersten Dateien des Agenten bleibt.",
  }),
  bootstrapMaxChars: key(z.int().min(1).max(1_000_000).optional(), {
    en: "How much of one file of the work directory a model is shown, in characters.",
    de: "Wie viel von einer Datei des Arbeitsverzeichnisses ein Modell gezeigt bekommt, in Zeichen.",
  }),
  bootstrapTotalMaxChars: key(z.int().min(1).max(4_000_000).optional(), {
    en: "How much of all of these files together, in characters.",
    de: "Wie viel von all diesen Dateien zusammen, in Zeichen.",
  }),
  language: key(z.enum(LANGUAGES).optional(), {
    en: "The language of the answers to commands in a chat. Without it, it is that of the owner's last message.",
    de: "Die Sprache der Antworten auf Befehle im Chat. Ohne Angabe ist es die der letzten Nachricht des Eigentümers.",
  }),
  userTimezone: key(words(64).transform(ownZone).optional(), {
    en: "The owner's time zone, such as `Europe/Berlin`. Without it, it is the machine's.",
    de: "Die Zeitzone des Eigentümers, etwa `Europe/Berlin`. Ohne Angabe gilt die des Rechners.",
  }),
  timeFormat: key(z.enum(["auto", "12", "24"]).optional(), {
    en: "How an agent is told the time; `auto` goes by the machine's language.",
    de: "Wie einem Agenten die Uhrzeit genannt wird; `auto` richtet sich nach der Sprache des Rechners.",
  }),
  envelopeTimezone: key(words(64).transform(envelopeZone).optional(), {
    en: "The time zone of what is written around messages: `user`, `local`, `utc`, or the name of one.",
    de: "Die Zeitzone der Angaben um Nachrichten herum: `user`, `local`, `utc` oder der Name einer Zone.",
  }),
  envelopeTimestamp: key(z.enum(["on", "off"]).optional(), {
    en: "Whether an agent is told when a message was sent.",
    de: "Ob ein Agent erfährt, wann eine Nachricht gesendet wurde.",
  }),
  envelopeElapsed: key(z.enum(["on", "off"]).optional(), {
    en: "Whether an agent is told how long it is since the message before.",
    de: "Ob ein Agent erfährt, wie lange die vorige Nachricht her ist.",
  }),
  contextPruning: key(ContextPruning.optional(), {
    en: "Old results of tools are shortened for the model when its provider has forgotten them anyway.",
    de: "Alte Ergebnisse von Werkzeugen werden für das Modell gekürzt, wenn sein Anbieter sie ohnehin vergessen hat.",
  }),
  compaction: key(Compaction.optional(), {
    en: "What is done when a conversation becomes too long for its model.",
    de: "Was geschieht, wenn ein Gespräch für sein Modell zu lang wird.",
    ofOthers:
      "mode reserveTokens reserveTokensFloor keepRecentTokens maxHistoryShare model provider notifyUser",
  }),
  memorySearch: memorySearch(),
  sandbox: sandbox(),
  subagents: subAgents(),
  timeoutSeconds: key(z.int().min(1).max(2_147_483).optional(), {
    en: "How long one answer may take, tools included, in seconds.",
    de: "Wie lange eine Antwort mit allen Werkzeugen dauern darf, in Sekunden.",
  }),
  ...blockStreaming(),
  maxConcurrent: key(z.int().min(1).max(1_000).optional(), {
    en: "How many conversations are answered at once.",
    de: "Wie viele Gespräche zugleich beantwortet werden.",
  }),
  maxSteps: key(z.int().min(1).max(1_000).optional(), {
    en: "How often a model is asked for one answer, at most.",
    de: "Wie oft ein Modell für eine Antwort höchstens gefragt wird.",
  }),
  maxToolCalls: key(z.int().min(0).max(10_000).optional(), {
    en: "How many tool calls one answer may take.",
    de: "Wie viele Werkzeugaufrufe eine Antwort brauchen darf.",
  }),
});

const AgentIdentity = z.looseObject({
  name: key(words(200).optional(), {
    en: "The name under which it speaks.",
    de: "Der Name, unter dem er spricht.",
  }),
  theme: key(words(200).optional(), {
    en: "Its manner, in a few words.",
    de: "Seine Art, in wenigen Worten.",
  }),
  emoji: key(words(40).optional(), { en: "Its emoji.", de: "Sein Emoji." }),
  avatar: key(words(2_000_000).optional(), {
    en: "Its picture: a file in its work directory, or an address.",
    de: "Sein Bild: eine Datei in seinem Arbeitsverzeichnis oder eine Adresse.",
  }),
});

/** One agent of several. */
const Agent = z.looseObject({
  id: key(words(64, 1), {
    en: "Its name in commands and sessions, in lower case there.",
    de: "Sein Name in Befehlen und Sitzungen, dort in Kleinbuchstaben.",
  }),
  default: key(flag(), {
    en: "Whether it answers where no agent is named; else the first one does.",
    de: "Ob er antwortet, wo kein Agent genannt ist; sonst antwortet der erste.",
  }),
  workspace: key(pathOrNone.optional(), {
    en: "Its work directory. Without it, the default agent has the common one and any other a directory of its name beside it.",
    de: "Sein Arbeitsverzeichnis. Ohne Angabe hat der Standardagent das gemeinsame, jeder andere daneben eines mit seinem Namen.",
  }),
  name: key(words(200).optional(), {
    en: "What lists call it.",
    de: "Wie ihn Listen nennen.",
  }),
  humanDelay: humanDelay(
    "Its own `agents.defaults.humanDelay`.",
    "Sein eigenes `agents.defaults.humanDelay`.",
  ),
  identity: key(AgentIdentity.optional(), {
    en: "Who it is. It counts more than the file `IDENTITY.md` of its work directory.",
    de: "Wer er ist. Es zählt mehr als die Datei `IDENTITY.md` in seinem Arbeitsverzeichnis.",
  }),
  memorySearch: memorySearch(),
  heartbeat: ownHeartbeat(),
  sandbox: sandbox(),
  subagents: ownSubAgents(),
  tools: key(AgentTools.optional(), {
    en: "Which tools it has: `profile` and `byProvider` in the place of the common ones, `allow` and `deny` besides those.",
    de: "Welche Werkzeuge er hat: `profile` und `byProvider` anstelle der gemeinsamen, `allow` und `deny` zusätzlich.",
  }),
});

const SEND_ACTIONS = ["allow", "deny"] as const;

const SendRule = z.looseObject({
  match: z.looseObject({
    channel: words(100).optional(),
    chatType: z.enum(["direct", "group", "channel"]).optional(),
    keyPrefix: words(500).optional(),
  }),
  action: z.enum(SEND_ACTIONS),
});

const SendPolicy = z.looseObject({
  rules: key(z.array(SendRule).max(1_000).optional(), {
    en: "What holds for some sessions: `{match: {channel, chatType, keyPrefix}, action}` with `allow` or `deny`. What one rule denies no other one allows.",
    de: "Was für manche Sitzungen gilt: `{match: {channel, chatType, keyPrefix}, action}` mit `allow` oder `deny`. Was eine Regel verbietet, erlaubt keine andere.",
  }),
  default: key(z.enum(SEND_ACTIONS).optional(), {
    en: "What holds for all others: `allow` or `deny`.",
    de: "Was für alle anderen gilt: `allow` oder `deny`.",
  }),
});

const Inbound = z.looseObject({
  debounceMs: key(z.int().min(0).max(3_600_000).optional(), {
    en: "How long a person may go on typing before the messages are taken as one, in milliseconds.",
    de: "Wie lange jemand weiterschreiben kann, bis die Nachrichten als eine gelten, in Millisekunden.",
  }),
  byChannel: key(z.record(words(100), z.int().min(0).max(3_600_000)).optional(), {
    en: "The same for single channels.",
    de: "Dasselbe für einzelne Kanäle.",
  }),
});

const GroupChat = z.looseObject({
  mentionPatterns: key(z.array(words(500)).max(100).optional(), {
    en: "Regular expressions that speak to the assistant; without them its name does.",
    de: "Reguläre Ausdrücke, die den Assistenten ansprechen; ohne Angabe tut es sein Name.",
  }),
  historyLimit: key(z.int().min(0).max(100_000).optional(), {
    en: "How many messages said before in the group the assistant is shown; 0 for none.",
    de: "Wie viele vorher in der Gruppe gesagte Nachrichten der Assistent sieht; 0 für keine.",
  }),
});

/** Ids of people and chats are written as text or as numbers. */
const chatId = z.union([words(500, 1), z.number().transform(String)]);

/** Later releases of others write `direct` for `dm`. */
const peerKind = z
  .enum(["dm", "direct", "group", "channel"])
  .transform((kind) => (kind === "direct" ? "dm" : kind));

const Binding = z.looseObject({
  agentId: words(64, 1),
  match: z.looseObject({
    channel: words(100, 1),
    accountId: words(200).optional(),
    peer: z.looseObject({ kind: peerKind, id: chatId }).optional(),
    guildId: chatId.optional(),
    teamId: chatId.optional(),
  }),
});

const KEPT = {
  en: "kept, but nothing in this release runs it",
  de: "es bleibt stehen, aber nichts in dieser Version führt es aus",
} as const;

const section = (en: string, de: string) => opaque({ en, de, reload: "live", notServed: KEPT });

const dollars = z.number().min(0).max(1_000_000).optional();

/** What a header of HTTP can carry. It is often a secret. */
const headerValue = meaning(
  "secret",
  z
    .string()
    .max(10_000)
    .refine(
      (text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
      "must not hold line breaks or characters that no header carries",
    ),
);

/** A model that the catalogue does not know, or knows otherwise. */
const ConfiguredModel = z.looseObject({
  id: words(200, 1),
  name: words(200).optional(),
  api: checked("api", 60).optional(),
  reasoning: flag(),
  input: z
    .array(z.enum(["text", "image", "audio", "video", "document"]))
    .max(10)
    .optional(),
  contextWindow: z.int().min(1).max(100_000_000).optional(),
  maxTokens: z.int().min(1).max(100_000_000).optional(),
  cost: z
    .looseObject({ input: dollars, output: dollars, cacheRead: dollars, cacheWrite: dollars })
    .optional(),
});
export type ConfiguredModel = z.infer<typeof ConfiguredModel>;

const ConfiguredProvider = z.looseObject({
  baseUrl: checked("webAddress", 2_000).optional(),
  apiKey: secret.optional(),
  api: checked("api", 60).optional(),
  headers: z.record(checked("headerName", 200), headerValue).optional(),
  models: z.array(ConfiguredModel).max(1_000).optional(),
});
export type ConfiguredProvider = z.infer<typeof ConfiguredProvider>;

const Models = z.looseObject({
  mode: key(z.enum(["merge", "replace"]).optional(), {
    en: "`merge` adds the models of `models.providers` to those that are known, `replace` forgets the others.",
    de: "`merge` fügt die Modelle aus `models.providers` zu den bekannten hinzu, `replace` vergisst die anderen.",
  }),
  providers: key(z.record(checked("provider", 60), ConfiguredProvider).optional(), {
    en: "Providers of models by name: `baseUrl`, `apiKey`, `api` (`openai-completions`, `openai-responses`, `anthropic-messages`, `google-generative-ai` or `ollama`), `headers`, and `models` with `id`, `name`, `contextWindow`, `maxTokens`, `reasoning`, `input` and `cost` for a million tokens.",
    de: "Anbieter von Modellen nach Namen: `baseUrl`, `apiKey`, `api` (`openai-completions`, `openai-responses`, `anthropic-messages`, `google-generative-ai` oder `ollama`), `headers`, und `models` mit `id`, `name`, `contextWindow`, `maxTokens`, `reasoning`, `input` und `cost` je Million Token.",
  }),
});

const Accounts = z.looseObject({
  order: key(z.record(words(60), z.array(words(200)).max(100)).optional(), {
    en: "By provider, the order in which its stored keys are used, by their names.",
    de: "Je Anbieter die Reihenfolge, in der seine hinterlegten Schlüssel benutzt werden, nach ihren Namen.",
  }),
});

/** The whole file. Other keys at the top level are kept and reported as warnings. */
export const GatewayConfig = z.looseObject({
  $schema: key(z.unknown().optional(), {
    en: "For editors that check the file.",
    de: "Für Editoren, die die Datei prüfen.",
    reload: "ignore",
  }),
  gateway: key(GatewaySection.optional(), {
    en: "The gateway itself. Unknown keys in it are errors.",
    de: "Das Gateway selbst. Unbekannte Schlüssel darin sind Fehler.",
    reload: "restart",
  }),
  logging: key(LoggingSection.optional(), {
    en: "The gateway's log.",
    de: "Das Log des Gateways.",
    reload: "live",
    ofOthers: "redactSensitive redactPatterns",
  }),
  commands: key(
    z
      .looseObject({
        restart: key(flag(), {
          en: "Lets SIGUSR1 and SIGUSR2 restart the gateway in place.",
          de: "Lässt SIGUSR1 und SIGUSR2 das Gateway an Ort und Stelle neu starten.",
        }),
        ownerAllowFrom: key(
          z
            .array(z.union([words(500), z.number().transform(String)]))
            .max(100)
            .optional(),
          {
            en: "Who owns this gateway in chats, as `channel:id`, such as `signal:+15550001`. Owners may do everything.",
            de: "Wem dieses Gateway in Chats gehört, als `kanal:id`, etwa `signal:+15550001`. Eigentümer dürfen alles.",
          },
        ),
      })
      .optional(),
    {
      en: "What may be asked of the gateway from outside.",
      de: "Was von außen vom Gateway verlangt werden darf.",
      reload: "live",
      ofOthers: "native nativeSkills text bash bashForegroundMs config debug useAccessGroups",
    },
  ),
  agents: key(
    z
      .looseObject({
        list: key(z.array(Agent).max(100).optional(), {
          en: "Several agents, each with a name of its own. Without it there is one, `main`.",
          de: "Mehrere Agenten, jeder mit eigenem Namen. Ohne Angabe gibt es einen, `main`.",
        }),
        defaults: key(AgentDefaults.optional(), {
          en: "What holds for every agent.",
          de: "Was für jeden Agenten gilt.",
          ofOthers: "repoRoot cliBackends verboseDefault elevatedDefault",
        }),
      })
      .optional(),
    { en: "The agents.", de: "Die Agenten.", reload: "live" },
  ),
  session: key(
    z
      .looseObject({
        mainKey: key(words(200, 1).optional(), {
          en: "Name of the main session, which clients are told.",
          de: "Name der Hauptsitzung, der den Clients genannt wird.",
        }),
        scope: key(z.enum(["per-sender", "global"]).optional(), {
          en: "Whether each sender has a session or all share one, which clients are told.",
          de: "Ob jeder Absender eine Sitzung hat oder alle eine teilen; den Clients wird es genannt.",
        }),
        dmScope: key(z.enum(DM_SCOPES).optional(), {
          en: "How direct messages are told apart: `auto` gives the owner the main session and everybody else one of their own, `main` puts all people into one.",
          de: "Wie Direktnachrichten getrennt werden: `auto` gibt den Eigentümern die Hauptsitzung und allen anderen je eine eigene, `main` führt alle in einer zusammen.",
        }),
        ...typing(),
        sendPolicy: key(SendPolicy.optional(), {
          en: "Which sessions answer nothing and take no messages of clients. `/send` says otherwise for one of them.",
          de: "Welche Sitzungen nichts beantworten und von Clients keine Nachrichten nehmen. `/send` sagt für eine davon etwas anderes.",
        }),
        identityLinks: key(
          z
            .record(words(200), z.array(z.union([words(500), z.number().transform(String)])).max(100))
            .optional(),
          {
            en: 'Ids of one person on several channels, by a name of your choice: `{ann: ["telegram:123", "signal:+1555"]}`.',
            de: 'Ids einer Person auf mehreren Kanälen, unter einem Namen Ihrer Wahl: `{ann: ["telegram:123", "signal:+1555"]}`.',
          },
        ),
        agentToAgent: key(
          z
            .looseObject({
              maxPingPongTurns: key(z.int().min(0).max(5).optional(), {
                en: "How many messages go back and forth between two conversations of the assistant after the first answer to `sessions_send`; 0 for none.",
                de: "Wie viele Nachrichten zwischen zwei Gesprächen des Assistenten nach der ersten Antwort auf `sessions_send` hin und her gehen; 0 für keine.",
              }),
            })
            .optional(),
          {
            en: "What conversations of the assistant say to each other.",
            de: "Was Gespräche des Assistenten miteinander bereden.",
          },
        ),
        reset: key(Reset.optional(), {
          en: "When a conversation begins anew by itself, decided when somebody writes. `/undo` brings the former one back.",
          de: "Wann ein Gespräch von selbst neu beginnt; entschieden wird es, wenn jemand schreibt. `/undo` holt das vorige zurück.",
        }),
        resetByType: key(ResetByType.optional(), {
          en: "The same for kinds of conversations; what is not said there comes from `session.reset`.",
          de: "Dasselbe je Art von Gespräch; was dort fehlt, kommt aus `session.reset`.",
        }),
        resetByChannel: key(ResetByChannel.optional(), {
          en: "The same for single channels, before `session.resetByType`.",
          de: "Dasselbe für einzelne Kanäle, noch vor `session.resetByType`.",
        }),
        idleMinutes: key(z.int().min(1).max(525_600).optional(), {
          en: "The older way to say `session.reset` with `idle`; it counts where that is not set.",
          de: "Die ältere Schreibweise von `session.reset` mit `idle`; sie gilt, wo dieses nicht gesetzt ist.",
        }),
        titles: key(z.enum(["auto", "off"]).optional(), {
          en: "Whether conversations of clients get a title of a few words after their second answer, by the cheapest model that is configured.",
          de: "Ob Gespräche von Clients nach der zweiten Antwort einen Titel aus wenigen Wörtern bekommen, vom günstigsten eingerichteten Modell.",
        }),
        maintenance: key(Maintenance.optional(), {
          en: "What of the conversations is kept, looked at once a day while nobody waits for an answer.",
          de: "Was von den Gesprächen aufbewahrt wird; danach gesehen wird einmal am Tag, während niemand auf eine Antwort wartet.",
        }),
        resetTriggers: key(
          z
            .array(meaning("words", z.string().trim().min(1).max(100)))
            .max(50)
            .optional(),
          {
            en: "Words of your own that do what `/new` does, in any case.",
            de: "Eigene Wörter, die wie `/new` wirken, ob groß oder klein geschrieben.",
          },
        ),
      })
      .optional(),
    {
      en: "The chats.",
      de: "Die Gespräche.",
      reload: "live",
      ofOthers: "store",
    },
  ),
  discovery: key(
    z
      .looseObject({
        mdns: key(
          z
            .looseObject({
              mode: key(z.enum(MDNS_MODES).optional(), {
                en: "`minimal` announces all but the path of the program, `full` that as well.",
                de: "`minimal` kündigt alles außer dem Pfad des Programms an, `full` auch diesen.",
              }),
            })
            .optional(),
          { en: "Multicast DNS.", de: "Multicast-DNS." },
        ),
        wideArea: opaque({
          en: "The announcement beyond this network.",
          de: "Die Ankündigung über dieses Netz hinaus.",
          notServed: {
            en: "gateways are announced and found in this network only",
            de: "Gateways werden nur in diesem Netz angekündigt und gefunden",
          },
        }),
      })
      .optional(),
    { en: "How others find the gateway.", de: "Wie andere das Gateway finden.", reload: "restart" },
  ),
  env: key(
    z
      .looseObject({
        vars: opaque({
          en: "Variables by name.",
          de: "Variablen mit ihrem Namen.",
        }),
        shellEnv: opaque({
          en: "Whether variables of a login shell are taken.",
          de: "Ob Variablen einer Anmeldeshell übernommen werden.",
          notServed: {
            en: "no shell is asked; put variables into env.vars or the file .env of the state directory",
            de: "keine Shell wird gefragt; tragen Sie Variablen in env.vars oder in die Datei .env im Zustandsverzeichnis ein",
          },
        }),
      })
      .optional(),
    {
      en: "Variables for the configuration and for programs that the gateway starts, as `env.vars.<NAME>` or `env.<NAME>`. What the environment says counts more.",
      de: "Variablen für die Konfiguration und für Programme, die das Gateway startet, als `env.vars.<NAME>` oder `env.<NAME>`. Was die Umgebung sagt, zählt mehr.",
      reload: "live",
      takesAny: true,
    },
  ),
  meta: opaque({
    en: "Which version wrote the file last, and when. The program writes it itself.",
    de: "Welche Version die Datei zuletzt geschrieben hat, und wann. Das Programm schreibt es selbst.",
    reload: "ignore",
  }),
  wizard: opaque({
    en: "When `clawdbot onboard` ran. The program writes it itself.",
    de: "Wann `clawdbot onboard` lief. Das Programm schreibt es selbst.",
    reload: "ignore",
  }),
  agent: section("The agent, as older programs name it.", "Der Agent, wie ihn ältere Programme nennen."),
  language: key(z.enum(LANGUAGES).optional(), {
    en: "The language of the tray and of the command line, where that is not to be the one of the system.",
    de: "Die Sprache des Trays und der Befehle, wenn sie nicht die des Systems sein soll.",
    reload: "ignore",
  }),
  update: key(
    z
      .looseObject({
        check: key(flag(), {
          en: "Whether `doctor` and `status` ask the npm registry once a day for a newer version.",
          de: "Ob `doctor` und `status` einmal am Tag bei der npm-Registry nach einer neueren Version fragen.",
        }),
      })
      .optional(),
    { en: "Updates.", de: "Aktualisierungen.", reload: "live", ofOthers: "channel checkOnStart" },
  ),
  auth: key(Accounts.optional(), {
    en: "Accounts at model providers.",
    de: "Konten bei Anbietern von Modellen.",
    reload: "live",
    ofOthers: "profiles cooldowns",
  }),
  models: key(Models.optional(), {
    en: "Model providers.",
    de: "Anbieter von Modellen.",
    reload: "live",
    ofOthers: "bedrockDiscovery",
  }),
  tools: key(Tools.optional(), {
    en: "Tools of the agents.",
    de: "Werkzeuge der Agenten.",
    reload: "live",
    ofOthers:
      "audio media message links sessions sessions_spawn agentToAgent loopDetection fs toolSearch codeMode experimental",
  }),
  bindings: key(z.array(Binding).max(1_000).optional(), {
    en: "Which agent answers whom; the most particular one that fits counts.",
    de: "Welcher Agent wem antwortet; die genaueste passende Angabe zählt.",
    reload: "live",
    takesAny: true,
  }),
  budget: key(Budget.optional(), {
    en: "What the answers may cost. It is asked before each call of a model.",
    de: "Was die Antworten kosten dürfen. Gefragt wird vor jedem Aufruf eines Modells.",
    reload: "live",
  }),
  messages: key(
    z
      .looseObject({
        queue: key(Queue.optional(), {
          en: "Messages that come while another one is answered.",
          de: "Nachrichten, die kommen, während eine andere beantwortet wird.",
        }),
        inbound: key(Inbound.optional(), {
          en: "How messages come in.",
          de: "Wie Nachrichten hereinkommen.",
        }),
        groupChat: key(GroupChat.optional(), {
          en: "How the assistant listens in groups.",
          de: "Wie der Assistent in Gruppen zuhört.",
        }),
        ackReaction: key(words(40).optional(), {
          en: "The reaction that says a message was seen; empty for none.",
          de: "Die Reaktion, die sagt, dass eine Nachricht gesehen wurde; leer für keine.",
        }),
        ackReactionScope: key(ackScope.optional(), {
          en: "Where messages get it: `group-mentions`, `group-all`, `direct`, `all`, `off`.",
          de: "Wo Nachrichten sie bekommen: `group-mentions`, `group-all`, `direct`, `all`, `off`.",
        }),
        responsePrefix: key(words(200).optional(), {
          en: "What stands before answers in chats, with `{model}`, `{provider}`, `{thinkingLevel}` and `{identity.name}`; `auto` is the name of the agent.",
          de: "Was in Chats vor Antworten steht, mit `{model}`, `{provider}`, `{thinkingLevel}` und `{identity.name}`; `auto` ist der Name des Agenten.",
        }),
        removeAckAfterReply: key(flag(), {
          en: "Whether the reaction is taken back when the answer is there.",
          de: "Ob die Reaktion zurückgenommen wird, wenn die Antwort da ist.",
        }),
      })
      .optional(),
    {
      en: "How messages are answered.",
      de: "Wie Nachrichten beantwortet werden.",
      reload: "live",
      ofOthers: "tts messagePrefix",
    },
  ),
  skills: key(Skills.optional(), {
    en: "Skills of the agents.",
    de: "Skills der Agenten.",
    reload: "live",
    ofOthers: "limits",
  }),
  plugins: opaque({ en: "Plugins.", de: "Erweiterungen.", reload: "restart", notServed: KEPT }),
  channels: opaque({
    en: "Messengers.",
    de: "Messenger.",
    reload: "live",
    notServed: {
      en: "kept, but this release brings no channel",
      de: "es bleibt stehen, aber diese Version bringt keinen Kanal mit",
    },
  }),
  talk: section("Speech.", "Sprache."),
  ui: key(
    z
      .looseObject({
        assistant: key(
          z
            .looseObject({
              name: key(words(200).optional(), {
                en: "A name that clients show for every agent.",
                de: "Ein Name, den Clients für jeden Agenten zeigen.",
              }),
              avatar: key(words(2_000_000).optional(), {
                en: "A picture for every agent: an emoji, an address, or a file in the work directory.",
                de: "Ein Bild für jeden Agenten: ein Emoji, eine Adresse oder eine Datei im Arbeitsverzeichnis.",
              }),
            })
            .optional(),
          { en: "The assistant as clients show it.", de: "Der Assistent, wie ihn Clients zeigen." },
        ),
      })
      .optional(),
    { en: "Looks of the dashboard.", de: "Aussehen des Dashboards.", reload: "live", ofOthers: "seamColor" },
  ),
  identity: section("Name and face of the agent.", "Name und Gesicht des Agenten."),
  routing: section("Routing, as older programs name it.", "Weiterleitung, wie ältere Programme sie nennen."),
  audio: section("Transcription of audio.", "Abschrift von Ton."),
  hooks: key(Hooks.optional(), {
    en: "Webhooks: what programs outside may set off.",
    de: "Webhooks: was Programme von außen auslösen dürfen.",
    reload: "live",
    ofOthers: "presets transformsDir gmail allowedAgentIds defaultSessionKey",
  }),
  mcp: key(Mcp.optional(), {
    en: "Servers of the Model Context Protocol, whose tools agents use.",
    de: "Server des Model Context Protocol, deren Werkzeuge Agenten benutzen.",
    reload: "live",
  }),
  cron: key(CronSection.optional(), {
    en: "Scheduled jobs.",
    de: "Geplante Aufgaben.",
    reload: "live",
    ofOthers: "store",
  }),
  browser: key(Browser.optional(), {
    en: "The browser of the agents.",
    de: "Der Browser der Agenten.",
    reload: "live",
    ofOthers:
      "controlUrl cdpUrl color attachOnly remoteCdpTimeoutMs remoteCdpHandshakeTimeoutMs snapshotDefaults ssrfPolicy extraArgs tabCleanup",
  }),
  canvasHost: key(CanvasHost.optional(), {
    en: "Pages that the assistant shows on devices.",
    de: "Seiten, die der Assistent auf Geräten zeigt.",
    reload: "live",
    ofOthers: "port",
  }),
  web: section("WhatsApp Web.", "WhatsApp Web."),
  nodeHost: key(nodeHost.optional(), {
    en: "This machine as a node.",
    de: "Dieser Rechner als Node.",
    ofOthers: "browserProxy",
  }),
  diagnostics: section("Diagnostics.", "Diagnose."),
  media: key(
    z
      .looseObject({
        retentionDays: key(z.int().min(1).max(36_500).optional(), {
          en: "How long files are kept that no conversation refers to, in days.",
          de: "Wie lange Dateien aufbewahrt werden, auf die kein Gespräch verweist, in Tagen.",
        }),
      })
      .optional(),
    {
      en: "Files that come with messages.",
      de: "Dateien, die mit Nachrichten kommen.",
      reload: "live",
    },
  ),
  broadcast: section("Broadcast groups.", "Verteiler."),
  approvals: section("Approvals of commands.", "Freigaben von Befehlen."),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

/** The model line of the start-up output: the configured primary model or the default. */
export function agentModel(config: GatewayConfig): string {
  const model = config.agents?.defaults?.model;
  if (typeof model === "string") return model;
  return model?.primary ?? DEFAULT_MODEL;
}

/**
 * `/metrics` in the text format of Prometheus (exposition format 0.0.4), for programs of this machine and for whoever has the
 * gateway's secret.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { APP_VERSION } from "../../../shared/version.ts";
import { STRAIN_LEVELS, type Strain } from "../../base/guard/memory-guard.ts";
import { processMemory } from "../../base/guard/process-memory.ts";
import type { ClientAddress } from "../auth/client-address.ts";
import { bearerOf, type SecretCheck } from "./bearer.ts";
import { sendText } from "./responses.ts";

/** What is counted elsewhere; asked at every scrape. */
export interface Counts {
  ready: boolean;
  startedAtMs: number;
  /** Connected clients by role. */
  clients: Record<string, number>;
  /** Sockets that are open, those included that have not shaken hands yet. */
  connections: number;
  /** Clients that were turned away since this gateway started. */
  refusals: number;
  /** Restarts within this process. */
  restarts: number;
  /** How the process bears up; absent where nobody watches it. */
  strain?: Strain | undefined;
}

/** How finely the delay of the event loop is sampled, in ms: ten times a second, and only once somebody has asked. */
const SAMPLE_MS = 100;
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export class MetricsRoute {
  #counts: () => Counts;
  #isSecret: SecretCheck;
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

  constructor(counts: () => Counts, isSecret: SecretCheck) {
    this.#counts = counts;
    this.#isSecret = isSecret;
  }

  answer(request: IncomingMessage, response: ServerResponse, origin: ClientAddress): void {
    const refusal = origin.localDirect ? undefined : this.#refusal(request, origin);
    if (refusal === "too many") sendText(response, 429, "Too Many Requests");
    else if (refusal === "unknown") {
      const challenge = { "WWW-Authenticate": 'Bearer realm="clawdbot"' };
      sendText(response, 401, "Send the gateway's token or password as a bearer token.", challenge);
    } else {
      const headers = { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" };
      sendText(response, 200, render(metricsOf(this.#counts(), this.#delays())), headers);
    }
  }

  /** Ends the sampling. */
  dispose(): void {
    this.#delay?.disable();
  }

  #refusal(request: IncomingMessage, origin: ClientAddress): "unknown" | "too many" | undefined {
    const secret = bearerOf(request);
    if (secret === undefined) return "unknown";
    const verdict = this.#isSecret(secret, origin);
    return verdict === undefined ? "too many" : verdict ? undefined : "unknown";
  }

  /** Since the last scrape; nothing at the first, which begins it. */
  #delays(): { mean: number; p99: number; max: number } | undefined {
    if (this.#delay === undefined) {
      this.#delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
      this.#delay.enable();
      return undefined;
    }
    const { count, mean, max } = this.#delay;
    if (count === 0) return undefined;
    // What is measured is the time between two samples.
    const seconds = (ns: number) => Math.max(0, ns / 1e9 - SAMPLE_MS / 1_000);
    const delays = { mean: seconds(mean), p99: seconds(this.#delay.percentile(99)), max: seconds(max) };
    this.#delay.reset();
    return delays;
  }
}

interface Metric {
  name: string;
  help: string;
  type: "gauge" | "counter";
  samples: { labels?: Record<string, string>; value: number }[];
}

function metricsOf(counts: Counts, delays: { mean: number; p99: number; max: number } | undefined): Metric[] {
  const { rss, heapUsed } = processMemory();
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    type: "gauge",
    samples: [{ value }],
  });
  const counter = (name: string, help: string, value: number): Metric => ({
    ...gauge(name, help, value),
    type: "counter",
  });
  return [
    gauge("clawdbot_up", "1 while the gateway is ready, 0 while it starts or stops.", counts.ready ? 1 : 0),
    {
      name: "clawdbot_info",
      help: "The version of gateway and runtime; always 1.",
      type: "gauge",
      samples: [{ labels: { version: APP_VERSION, node: process.versions.node }, value: 1 }],
    },
    gauge(
      "clawdbot_start_time_seconds",
      "When this gateway started, as Unix time.",
      counts.startedAtMs / 1_000,
    ),
    {
      name: "clawdbot_clients",
      help: "Clients that are connected, by role.",
      type: "gauge",
      samples: Object.entries(counts.clients).map(([role, value]) => ({ labels: { role }, value })),
    },
    gauge("clawdbot_connections", "Open WebSocket connections.", counts.connections),
    counter("clawdbot_refusals_total", "Clients that were turned away.", counts.refusals),
    counter("clawdbot_restarts_total", "Restarts of the gateway within its process.", counts.restarts),
    gauge("process_resident_memory_bytes", "Resident memory of the process.", rss),
    ...strainMetrics(counts.strain),
    gauge("nodejs_heap_size_used_bytes", "Memory of live JavaScript objects and garbage.", heapUsed),
    counter("process_cpu_seconds_total", "Processor time of the process.", (user + system) / 1e6),
    ...(delays === undefined
      ? []
      : [
          gauge(
            "nodejs_eventloop_lag_mean_seconds",
            "Delay of the event loop since the last scrape.",
            delays.mean,
          ),
          gauge("nodejs_eventloop_lag_p99_seconds", "Its 99th percentile since the last scrape.", delays.p99),
          gauge("nodejs_eventloop_lag_max_seconds", "The longest since the last scrape.", delays.max),
        ]),
  ];
}

function strainMetrics(strain: Strain | undefined): Metric[] {
  if (strain === undefined) return [];
  const { level, warnBytes, refuseBytes, restartBytes } = strain.memory;
  const limits = { warn: warnBytes, refuse: refuseBytes, restart: restartBytes };
  return [
    {
      name: "clawdbot_memory_level",
      help: "What the resident memory means: 0 well, 1 warned of, 2 no new messages, 3 the process is replaced.",
      type: "gauge",
      samples: [{ value: STRAIN_LEVELS.indexOf(level) }],
    },
    {
      name: "clawdbot_memory_limit_bytes",
      help: "Resident memory from which on that is so.",
      type: "gauge",
      samples: Object.entries(limits).map(([name, value]) => ({ labels: { level: name }, value })),
    },
    {
      name: "clawdbot_held_up_seconds",
      help: "The longest that the event loop was held up within the last minute.",
      type: "gauge",
      samples: [{ value: strain.eventLoop.delayMs / 1_000 }],
    },
  ];
}

function render(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`),
        "",
      ].join("\n"),
    )
    .join("");
}

function labelText(labels: Record<string, string> | undefined): string {
  if (labels === undefined) return "";
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

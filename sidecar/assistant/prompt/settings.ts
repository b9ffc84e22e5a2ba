/** What the configuration says of prompts, with what holds where it says nothing. */
import { durationMs } from "../../../shared/config/amounts.ts";
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { withoutUndefined } from "../../../shared/without-undefined.ts";
import type { Caps } from "../workspace/caps.ts";
import type { EnvelopeStyle } from "./envelope.ts";
import { PRUNING_RULES, type PruningRules } from "./pruning.ts";

/** What is known of the machine. */
export interface HostTime {
  /** IANA name. */
  zone: string;
  /** Such as `en-US`. */
  locale: string;
}

export interface PromptSettings {
  /** The owner's zone. */
  zone: string;
  isTwelveHour: boolean;
  envelope: Omit<EnvelopeStyle, "marker">;
  caps: Caps;
  /** Undefined where nothing is pruned. */
  pruning: PruningRules | undefined;
}

const FILE_CHARS = 20_000;
const TOTAL_CHARS = 60_000;

/** Zone and locale of this process. */
export function hostTime(): HostTime {
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  return { zone: timeZone, locale };
}

/** The zone that the owner lives in. */
export function ownerZone({ agents }: GatewayConfig, host: Pick<HostTime, "zone"> = hostTime()): string {
  return agents?.defaults?.userTimezone ?? host.zone;
}

/** `provider` is that of the model that is asked: what a provider keeps differs. */
export function promptSettings(config: GatewayConfig, provider: string, host: HostTime): PromptSettings {
  const defaults = config.agents?.defaults ?? {};
  const zone = ownerZone(config, host);
  const isTwelveHour = isTwelve(defaults.timeFormat ?? "auto", host.locale);
  return {
    zone,
    isTwelveHour,
    envelope: {
      time: { zone: envelopeZone(defaults.envelopeTimezone ?? "user", zone, host.zone), isTwelveHour },
      showsTime: defaults.envelopeTimestamp !== "off",
      showsElapsed: defaults.envelopeElapsed !== "off",
    },
    caps: {
      fileChars: defaults.bootstrapMaxChars ?? FILE_CHARS,
      totalChars: defaults.bootstrapTotalMaxChars ?? TOTAL_CHARS,
    },
    pruning: pruningOf(defaults.contextPruning, provider),
  };
}

function isTwelve(format: "auto" | "12" | "24", locale: string): boolean {
  if (format !== "auto") return format === "12";
  return new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hour12 === true;
}

function envelopeZone(wanted: string, userZone: string, hostZone: string): string {
  switch (wanted) {
    case "user":
      return userZone;
    case "local":
      return hostZone;
    case "utc":
      return "UTC";
    default:
      return wanted;
  }
}

type Configured = NonNullable<NonNullable<GatewayConfig["agents"]>["defaults"]>["contextPruning"];

function pruningOf(configured: Configured, provider: string): PruningRules | undefined {
  const mode = configured?.mode ?? (provider === "anthropic" ? "cache-ttl" : "off");
  if (mode === "off") return undefined;
  const { ttl, keepLastAssistants, softTrimRatio, hardClearRatio, minPrunableToolChars } = configured ?? {};
  const { enabled, placeholder } = configured?.hardClear ?? {};
  return {
    ...PRUNING_RULES,
    ...withoutUndefined({
      ttlMs: ttl === undefined ? undefined : durationMs(ttl),
      keepLastAssistants,
      softTrimRatio,
      hardClearRatio,
      minPrunableToolChars,
      allow: configured?.tools?.allow,
      deny: configured?.tools?.deny,
    }),
    softTrim: { ...PRUNING_RULES.softTrim, ...withoutUndefined({ ...configured?.softTrim }) },
    hardClear: { ...PRUNING_RULES.hardClear, ...withoutUndefined({ isEnabled: enabled, placeholder }) },
  };
}

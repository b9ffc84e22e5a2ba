/** Which commands a node may be asked for: those of its platform, as the configuration widens or narrows them, that it declares itself. */

/** What the configuration says of them. */
export interface CommandRules {
  allowCommands?: readonly string[] | undefined;
  denyCommands?: readonly string[] | undefined;
}

/** How a device describes itself. */
export interface DeviceKind {
  platform?: string | undefined;
  deviceFamily?: string | undefined;
}

type Platform = "ios" | "android" | "macos" | "windows" | "linux" | "unknown";

/** Why a command is refused, in the protocol's words. */
export type CommandRefusal =
  | "command not allowlisted"
  | "command not declared by node"
  | "node did not declare commands";

const CANVAS = [
  "canvas.present",
  "canvas.hide",
  "canvas.navigate",
  "canvas.eval",
  "canvas.snapshot",
  "canvas.a2ui.push",
  "canvas.a2ui.pushJSONL",
  "canvas.a2ui.reset",
];
const SENSES = ["camera.list", "camera.snap", "camera.clip", "screen.record", "location.get"];
const SYSTEM = [
  "system.run",
  "system.which",
  "system.notify",
  "system.execApprovals.get",
  "system.execApprovals.set",
  "browser.proxy",
];
const SMS = ["sms.send"];

const COMMANDS: Readonly<Record<Platform, readonly string[]>> = {
  ios: [...CANVAS, ...SENSES],
  android: [...CANVAS, ...SENSES, ...SMS],
  macos: [...CANVAS, ...SENSES, ...SYSTEM],
  windows: SYSTEM,
  linux: SYSTEM,
  unknown: [...CANVAS, ...SENSES, ...SMS, ...SYSTEM],
};

/** How platforms begin, and what of a device's family gives them away, in the order in which they are tried. */
const BEGINNINGS: readonly (readonly [RegExp, Platform])[] = [
  [/^ios/, "ios"],
  [/^android/, "android"],
  [/^(mac|darwin)/, "macos"],
  [/^win/, "windows"],
  [/^linux/, "linux"],
];
const FAMILIES: readonly (readonly [RegExp, Platform])[] = [
  [/iphone|ipad|ios/, "ios"],
  [/android/, "android"],
  [/mac/, "macos"],
  [/windows/, "windows"],
  [/linux/, "linux"],
];

/** What such a device may be asked for at all. */
export function allowedCommands(device: DeviceKind, rules: CommandRules): ReadonlySet<string> {
  const allowed = new Set([...COMMANDS[platformOf(device)], ...trimmed(rules.allowCommands)]);
  for (const denied of trimmed(rules.denyCommands)) allowed.delete(denied);
  return allowed;
}

/** What of its declared commands the device may be asked for, each once, in its order. */
export function offeredCommands(
  declared: readonly string[],
  device: DeviceKind,
  rules: CommandRules,
): string[] {
  const allowed = allowedCommands(device, rules);
  return [...new Set(trimmed(declared))].filter((command) => allowed.has(command));
}

/** Why the command may not be asked of a device that declared `declared`; undefined when it may. */
export function commandRefusal(
  command: string,
  { declared, ...device }: DeviceKind & { declared: readonly string[] },
  rules: CommandRules,
): CommandRefusal | undefined {
  if (!allowedCommands(device, rules).has(command)) return "command not allowlisted";
  if (declared.length === 0) return "node did not declare commands";
  return trimmed(declared).includes(command) ? undefined : "command not declared by node";
}

/** Whether it is a telephone or tablet. */
export function isPhone({ platform = "" }: DeviceKind): boolean {
  return /^(ios|ipados|android)/.test(platform.trim().toLowerCase());
}

function platformOf({ platform = "", deviceFamily = "" }: DeviceKind): Platform {
  const find = (table: readonly (readonly [RegExp, Platform])[], text: string) =>
    table.find(([form]) => form.test(text.trim().toLowerCase()))?.[1];
  return find(BEGINNINGS, platform) ?? find(FAMILIES, deviceFamily) ?? "unknown";
}

function trimmed(names: readonly string[] = []): string[] {
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

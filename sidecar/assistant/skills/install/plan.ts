/** What an installer would do, before anybody does it: the command, as it is shown and as it is started. */
import { basename } from "node:path";
import { DEFAULTS } from "../../../../shared/config/defaults.ts";
import type { GatewayConfig } from "../../../../shared/config/schema.ts";
import { shellWord } from "../../../../shared/shell-word.ts";
import type { DownloadOption, FoundSkill, InstallOption } from "../skill.ts";

export type InstallPlan =
  | { kind: "command"; words: readonly [string, ...string[]] }
  | { kind: "download"; download: DownloadOption; name: string };

type NodeManager = NonNullable<NonNullable<NonNullable<GatewayConfig["skills"]>["install"]>["nodeManager"]>;

/** Packages come without the scripts that they would run at once. */
const NODE: Readonly<Record<NodeManager, readonly [string, ...string[]]>> = {
  npm: ["npm", "install", "--global", "--ignore-scripts"],
  pnpm: ["pnpm", "add", "--global", "--ignore-scripts"],
  yarn: ["yarn", "global", "add", "--ignore-scripts"],
  bun: ["bun", "add", "--global", "--ignore-scripts"],
};

/** Undefined for one that is refused. */
export function planOf(option: InstallOption, config: GatewayConfig): InstallPlan | undefined {
  if (option.refused !== undefined) return undefined;
  const { formula = "", package: named = "", module = "", download } = option;
  switch (option.kind) {
    case "brew":
      return { kind: "command", words: ["brew", "install", formula] };
    case "node":
      return { kind: "command", words: [...NODE[nodeManager(config)], named] };
    case "go":
      return {
        kind: "command",
        words: ["go", "install", module.includes("@") ? module : `${module}@latest`],
      };
    case "uv":
      return { kind: "command", words: ["uv", "tool", "install", named] };
    case "download":
      return download && { kind: "download", download, name: downloadName(option, download) };
  }
}

/** On one line, for whoever is to say yes; `folder` is where a download goes. */
export function planText(plan: InstallPlan, folder: string): string {
  if (plan.kind === "command") return plan.words.map(shellWord).join(" ");
  const { url, sha256 } = plan.download;
  return `download ${url} (sha256 ${sha256}) to ${folder}`;
}

/** The way that is offered here: one whose installer is there, by the order that the configuration asks for. */
export function preferredInstall(
  { install }: Pick<FoundSkill, "install">,
  config: GatewayConfig,
  { platform, hasProgram }: { platform: NodeJS.Platform; hasProgram: (name: string) => boolean },
): InstallOption | undefined {
  const fitting = install.filter(
    ({ os, refused }) => refused === undefined && (os.length === 0 || os.includes(platform)),
  );
  const isThere = (option: InstallOption) => {
    const plan = planOf(option, config);
    return plan?.kind === "download" || (plan?.kind === "command" && hasProgram(plan.words[0]));
  };
  const prefersBrew = config.skills?.install?.preferBrew ?? DEFAULTS["skills.install.preferBrew"];
  const order = [...(prefersBrew ? ["brew"] : []), "uv", "node", "brew", "go", "download"];
  const byOrder = (options: readonly InstallOption[]) =>
    [...options].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))[0];
  return byOrder(fitting.filter(isThere)) ?? byOrder(fitting);
}

function nodeManager(config: GatewayConfig): NodeManager {
  return config.skills?.install?.nodeManager ?? DEFAULTS["skills.install.nodeManager"];
}

function downloadName({ bins: [only, ...others] }: InstallOption, { url }: DownloadOption): string {
  const name = only !== undefined && others.length === 0 ? only : basename(new URL(url).pathname);
  return name.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "_") || "download";
}

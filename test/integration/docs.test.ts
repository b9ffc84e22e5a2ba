/** The guide keeps its word: one text in two languages, every command works as shown, every quoted message exists. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { COMMANDS } from "../../sidecar/cli/commands.ts";
import { parseLine } from "../../sidecar/cli/options.ts";
import {
  type GuideStep,
  guidePages,
  guidePath,
  guideSteps,
  inlineCommands,
  LANGUAGES,
  quotedMessages,
  readGuide,
  wordsOf,
} from "../helpers/docs/guide.ts";
import { literals, refusalsOf } from "../helpers/docs/source-texts.ts";
import { type TempHome, test } from "../helpers/home/temp-home.ts";
import { startPortServer } from "../helpers/network/port-server.ts";
import { freePort } from "../helpers/network/ports.ts";
import { recordTailscale, type TailscaleRecorder } from "../helpers/network/tailscale.ts";
import { LAUNCHER } from "../helpers/process/clawdbot.ts";
import { type CliProcess, type CliResult, runCli, startCli, startNode } from "../helpers/process/cli.ts";
import { runBuilt } from "../helpers/process/run-built.ts";
import { startUserSystemd, type UserSystemd, userSystemdReason } from "../helpers/service/user-systemd.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = guidePages("de");
/** For programmers, who read English, and without commands of a walk. */
const ENGLISH_ONLY = ["protocol.md"];

/** Where refusals are worded that a person gets to read. */
const REFUSING = [
  "sidecar/base/config/load.ts",
  "sidecar/cli/gateway/refusal.ts",
  "sidecar/cli/connect.ts",
  "sidecar/gateway/auth/authenticate.ts",
  "sidecar/host/net/bind.ts",
  "sidecar/host/net/force.ts",
  "sidecar/host/net/tailscale.ts",
  "sidecar/host/net/tailscale/serve-config.ts",
  "shared/client/gateway-connection.ts",
  "shared/client/socket-failure.ts",
  "shared/node/listener-guard.ts",
  "sidecar/cli/gateway/service/install.ts",
  "sidecar/cli/onboard.ts",
  "sidecar/cli/onboard/flags.ts",
  "sidecar/cli/onboard/report.ts",
  "sidecar/cli/uninstall.ts",
  "sidecar/host/service/definition-check.ts",
  "sidecar/host/service/launchd/audit.ts",
  "sidecar/host/service/launchd/launchctl.ts",
  "sidecar/host/service/launchd/launchd.ts",
  "sidecar/host/service/schtasks/audit-task.ts",
  "sidecar/host/service/schtasks/launch-script.ts",
  "sidecar/host/service/schtasks/refusals.ts",
  "sidecar/host/service/schtasks/registration.ts",
  "sidecar/host/service/schtasks/scheduler.ts",
  "sidecar/host/service/schtasks/schtasks.ts",
  "sidecar/host/service/schtasks/task-status.ts",
  "sidecar/host/service/systemd/audit-unit.ts",
  "sidecar/host/service/systemd/refusals.ts",
  "sidecar/host/service/systemd/systemctl.ts",
  "sidecar/host/service/systemd/systemd.ts",
  "sidecar/host/service/systemd/unit-state.ts",
  "sidecar/host/service/systemd/unit-storage.ts",
  "sidecar/host/service/systemd/unreachable.ts",
  "sidecar/setup/backup/create.ts",
  "sidecar/setup/backup/read.ts",
  "sidecar/setup/backup/restore.ts",
  "sidecar/setup/backup/snapshot.ts",
  "sidecar/setup/backup/state-files.ts",
  "sidecar/setup/backup/tar.ts",
  "sidecar/setup/onboarding/apply.ts",
  "sidecar/setup/onboarding/env-file.ts",
  "sidecar/setup/onboarding/plan.ts",
  "sidecar/setup/onboarding/situation.ts",
  "sidecar/setup/onboarding/values.ts",
  "sidecar/setup/onboarding/write.ts",
  "sidecar/setup/service/audit.ts",
  "sidecar/setup/service/conflicts.ts",
  "sidecar/setup/service/end-gateway.ts",
  "sidecar/setup/service/entry.ts",
  "sidecar/setup/service/gateway-service.ts",
  "sidecar/setup/service/guards.ts",
  "sidecar/setup/service/operation-lock.ts",
  "sidecar/setup/service/preflight.ts",
  "sidecar/setup/service/readiness.ts",
  "sidecar/setup/service/runtime.ts",
  "sidecar/setup/service/startable.ts",
  "shared/node/foreign-state.ts",
  "sidecar/setup/uninstall.ts",
  // Of doctor, those checks that put their findings into words themselves.
  ...globSync("sidecar/setup/doctor/checks/*/*.ts", { cwd: ROOT })
    .sort()
    .filter((file) => refusalsOf(join(ROOT, file)).length > 0),
];

test.describe("the guide", () => {
  test("has the same pages in both languages", () => {
    expect(guidePages("en").filter((page) => !ENGLISH_ONLY.includes(page))).toEqual(PAGES);
    expect(guidePages("en")).toEqual(expect.arrayContaining(ENGLISH_ONLY));
    expect(PAGES).toContain("troubleshooting.md");
  });

  for (const page of PAGES) {
    test(`shows the same commands and output on both ${page}`, () => {
      const [english = [], german = []] = LANGUAGES.map((language) => guideSteps(readGuide(language, page)));

      expect(german).toEqual(english);
      expect(english.length).toBeGreaterThan(0);
    });

    test(`runs every command of ${page} as shown`, async ({ home }) => {
      const steps = guideSteps(readGuide("en", page));
      test.skip(process.platform !== "linux", "the guide is walked through on Linux");
      const needsNetwork = steps.some(({ needs }) => needs.includes("network"));
      test.skip(needsNetwork && !hasNamespaces(), "network namespaces need root, unshare and ip");
      const needsSystemd = steps.some(({ needs }) => needs.includes("systemd"));
      const reason = needsSystemd ? userSystemdReason() : undefined;
      test.skip(reason !== undefined, reason);
      const systemd = needsSystemd ? await startUserSystemd() : undefined;
      const reader = systemd === undefined ? home : homeOf(systemd);
      const walk = new Walk(reader, await freePort(), await freePort());
      try {
        for (const step of steps) await walk.take(step);
      } finally {
        await walk.end();
        await systemd?.stop();
      }
    });
  }

  test("names no command or option in its text that does not exist", async () => {
    const guide = LANGUAGES.flatMap((language) => PAGES.map((page) => readGuide(language, page)));
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const shown = [...readme.matchAll(/^clawdbot .+$/gm)].map(([line]) => line);
    const lines = [...[...guide, readme].flatMap(inlineCommands), ...shown];

    expect(lines.length).toBeGreaterThan(20);
    const refused: string[] = [];
    for (const line of lines)
      await parseLine(wordsOf(line, "/home/you"), COMMANDS).catch((error) =>
        refused.push(`${line}: ${error}`),
      );
    expect(refused).toEqual([]);
  });

  test("links to files that exist", () => {
    const files = LANGUAGES.flatMap((language) => PAGES.map((page) => guidePath(language, page)));
    const index = join(ROOT, "assets/docs/README.md");
    const links = [join(ROOT, "README.md"), index, ...files].flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = ""]) =>
        resolve(dirname(file), target),
      ),
    );

    expect(links.filter((link) => !existsSync(link))).toEqual([]);
    expect(links).toEqual(expect.arrayContaining([index, ...files]));
  });
});

test.describe("troubleshooting", () => {
  const english = quotedMessages(readGuide("en", "troubleshooting.md"));
  const inText = quotations(readGuide("en", "troubleshooting.md")).filter(isMessage);

  test("explains the same messages in both languages, in alphabetical order within each section", () => {
    const sections = readGuide("de", "troubleshooting.md")
      .split(/^## .*$/m)
      .map(quotedMessages);

    expect(sections.flat()).toEqual(english);
    for (const section of sections) expect(section).toEqual([...section].sort(alphabetical));
  });

  test("quotes only messages of the program", async ({ home }) => {
    const texts = globSync("{sidecar,shared}/**/*.ts", { cwd: ROOT }).map((file) =>
      literals(join(ROOT, file)),
    );
    const sources = texts.map((each) => each.join("\n"));
    // Names of options are filled in by the program, and written out in the guide.
    const patterns = texts.flat().filter((text) => text.replace(/[^a-z]/gi, "").length >= 8);
    const printed = await provoked(home);
    const isSaid = (message: string) => {
      const pieces = message
        .split("…")
        .map((piece) => piece.trim())
        .filter((piece) => /\w{2}/.test(piece));
      const hasAll = (text: string) => pieces.every((piece) => text.includes(piece));
      if (pieces.length > 0 && (sources.some(hasAll) || printed.some(hasAll))) return true;
      return patterns.some(
        (pattern) => pattern.includes("…") && (fits(pattern, message) || fits(`…: ${pattern}`, message)),
      );
    };

    expect([...english, ...inText].filter((message) => !isSaid(message))).toEqual([]);
  });

  for (const file of REFUSING) {
    test(`explains every refusal of ${file}`, () => {
      const known = [...english, ...inText];
      const refusals = refusalsOf(join(ROOT, file));
      const covers = (refusal: string) =>
        known.some((quote) => matches(quote, refusal) || matches(refusal, quote));

      expect(refusals.length).toBeGreaterThan(0);
      expect(refusals.filter((refusal) => !covers(refusal))).toEqual([]);
    });
  }
});

/** One reader of a page: a home of its own, two free ports instead of 18789 and 19001, and what runs in the background. */
class Walk {
  readonly #home: Pick<TempHome, "path" | "env">;
  #port: number;
  readonly #secondPort: number;
  #background: CliProcess | undefined;
  #tailscale: TailscaleRecorder | undefined;

  constructor(home: Pick<TempHome, "path" | "env">, port: number, secondPort: number) {
    this.#home = home;
    this.#port = port;
    this.#secondPort = secondPort;
  }

  async take(step: GuideStep): Promise<void> {
    if (step.skip !== undefined) {
      test
        .info()
        .annotations.push({ type: "not run", description: `${step.commands.join("; ")}: ${step.skip}` });
      return;
    }
    if (step.stop || step.background || step.needs.includes("port-holder")) await this.#stop();
    for (const name of step.files) writeFileSync(join(this.#home.path, name), "a long enough password\n");
    if (!step.needs.includes("port-holder")) return await this.#run(step);
    const holder = await startPortServer();
    this.#port = holder.port;
    try {
      await this.#run(step);
    } finally {
      await holder.process.stop("SIGKILL");
    }
  }

  async end(): Promise<void> {
    await this.#stop();
    this.#tailscale?.dispose();
  }

  async #run(step: GuideStep): Promise<void> {
    // Both profiles find the free port where a person would put it; a reset may have taken it away.
    for (const profile of [".clawdbot", ".clawdbot-dev"]) {
      mkdirSync(join(this.#home.path, profile), { recursive: true, mode: 0o700 });
      writeFileSync(join(this.#home.path, profile, ".env"), `CLAWDBOT_GATEWAY_PORT=${this.#port}\n`, {
        mode: 0o600,
      });
    }
    if (step.needs.includes("configuration")) this.#writeConfig();
    const results: CliResult[] = [];
    for (const command of step.commands) {
      if (step.background) {
        const process = this.#start(command, step);
        this.#background = process;
        for (const line of [...step.promised, "log file: "]) await process.waitFor(this.#pattern(line));
      } else {
        const result = await this.#runToEnd(command, step);
        expect(result.code, `${command}\n${result.stdout}${result.stderr}`).toBe(step.exitCode);
        results.push(result);
      }
    }
    if (step.background) return;
    const output = results.map(({ stdout, stderr }) => stdout + stderr).join("");
    for (const line of step.promised) expect(output).toMatch(this.#pattern(line));
  }

  #writeConfig(): void {
    const file = join(this.#home.path, ".clawdbot", "clawdbot.json");
    if (existsSync(file)) return;
    const gateway = { mode: "local", auth: { mode: "token", token: "a token of sufficient length" } };
    writeFileSync(file, JSON.stringify({ gateway }), { mode: 0o600 });
  }

  /** What starts a gateway, also in vain, is a process of its own. */
  #runToEnd(command: string, step: GuideStep): Promise<CliResult> {
    const [verb, word] = this.#wordsOf(command);
    const isStart =
      verb === "start" || (verb === "gateway" && (word === undefined || /^(run$|-)/.test(word)));
    return isStart || step.needs.includes("network")
      ? this.#start(command, step).ended
      : runBuilt(this.#wordsOf(command), this.#optionsOf(step));
  }

  #start(command: string, step: GuideStep): CliProcess {
    const options = { ...this.#optionsOf(step), timeoutMs: 60_000 };
    const words = this.#wordsOf(command);
    if (!step.needs.includes("network")) return startCli(words, options);
    return startNode([...IN_NAMESPACE, process.execPath, LAUNCHER, ...words], options, "unshare");
  }

  #optionsOf({ needs, env }: GuideStep) {
    if (needs.includes("tailscale")) this.#tailscale ??= recordTailscale();
    const path = [this.#tailscale?.folder, process.env.PATH].filter(Boolean).join(":");
    return { env: this.#home.env({ PATH: path, ...env }), cwd: this.#home.path };
  }

  #wordsOf(command: string): string[] {
    return wordsOf(this.#withPorts(command), this.#home.path);
  }

  #withPorts(text: string): string {
    return text.replaceAll("18789", String(this.#port)).replaceAll("19001", String(this.#secondPort));
  }

  /** A promised line as it really comes: other ports, pids and times, another home, wider boxes. */
  #pattern(line: string): RegExp {
    const exact = escaped(this.#withPorts(line.trim()).replaceAll("/home/you", this.#home.path));
    const variable = exact
      .replace(/ +/g, " +")
      .replace(/12345|9876/g, "\\d+")
      .replace(/\d+ms/g, "\\d+ms");
    return new RegExp(variable);
  }

  async #stop(): Promise<void> {
    const result = await this.#background?.stop();
    this.#background = undefined;
    if (result !== undefined) expect(result.code, `${result.stdout}${result.stderr}`).toBe(0);
  }
}

/** The home of a person whose session has a systemd. */
function homeOf({ home: path, env }: UserSystemd): Pick<TempHome, "path" | "env"> {
  return { path, env };
}

/** A network of one machine: the addresses of the guide on one end of a cable that leads nowhere. */
const IN_NAMESPACE = [
  "--net",
  "sh",
  "-c",
  [
    "ip link set lo up",
    "ip link add lan0 type veth peer name lan1",
    "ip address add 192.168.1.100/24 dev lan0",
    "ip address add 100.101.102.103/32 dev lan0",
    "ip link set lan0 up",
    "ip link set lan1 up",
    'exec "$@"',
  ].join(" && "),
  "sh",
];

function hasNamespaces(): boolean {
  return spawnSync("unshare", [...IN_NAMESPACE, "true"]).status === 0;
}

/** What is said where a message is put together from several places. */
async function provoked(home: TempHome): Promise<string[]> {
  const say = async (...words: string[]) => (await runCli(words, { env: home.env() })).stderr;
  const withoutConfig = await say("gateway");
  home.writeConfig({});
  const withoutMode = await say("gateway");
  home.writeConfig({ gateway: { prot: 1 } });
  return [
    withoutConfig,
    withoutMode,
    await say("gateway"),
    await say("gateway", "--port", "x"),
    await say("gateway", "--password-file", join(home.path, "nowhere")),
  ];
}

function alphabetical(a: string, b: string): number {
  const [first, second] = [a, b].map((text) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9 ]/g, "")
      .trim(),
  );
  return (first ?? "") < (second ?? "") ? -1 : 1;
}

/** Whether a quotation of some length is something the program says, not something to type. */
function isMessage(quotation: string): boolean {
  return (
    quotation.split(" ").length >= 3 &&
    !/^(clawdbot|sudo|tailscale|netsh|docker|systemctl|journalctl) /.test(quotation)
  );
}

/** Everything a page sets in code. */
function quotations(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
}

/** Whether `pattern`, whose `…` stand for anything, is found in `text`. */
function matches(pattern: string, text: string): boolean {
  const pieces = pattern
    .replace(/^\W+/, "")
    .split("…")
    .map((piece) => escaped(piece.trim()));
  return pieces.some((piece) => piece.length > 8) && new RegExp(pieces.join(".*"), "s").test(text);
}

/** Whether the text is the pattern with something filled in, from its first word to its last. */
function fits(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split("…").map(escaped).join(".+")}$`, "s").test(text);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

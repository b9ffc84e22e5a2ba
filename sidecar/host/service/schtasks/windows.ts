/** Windows by its own programs: what it tells of this account and this machine, and how processes and scripts are started and ended. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../../shared/node/machine.ts";
import type { Environment } from "../../../../shared/node/paths.ts";
import { type RunResult, run } from "../../process/run.ts";

/** The account of this process. */
export interface Account {
  name: string;
  /** Security identifier such as `S-1-5-21-…-1001`. */
  sid: string;
  /** It may do what administrators may, because its prompt was started that way. */
  elevated: boolean;
}

/** For programs that only tell something, and for those that do something. */
export const QUERY_MS = 15_000;
export const CHANGE_MS = 30_000;
/** The definitions of all tasks are long. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

const ACCESS_SCRIPT = "(Get-Acl -LiteralPath $env:CLAWDBOT_TASK_FILE).Sddl";
const HIGH_INTEGRITY = "S-1-16-12288";
const ERROR_ACCESS_DENIED = 5;

export class Windows {
  readonly #env: Environment;
  /** What does not change while this program runs is asked once. */
  #account: Promise<Account | undefined> | undefined;
  #consolePage: Promise<number | undefined> | undefined;
  #runsScripts: Promise<boolean> | undefined;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** What a script printed; undefined when PowerShell is missing, forbidden or failed. `env` carries what it is about. */
  async powershell(script: string, env: Environment): Promise<string | undefined> {
    const args = ["-NoProfile", "-NonInteractive", "-Command", script];
    const result = await this.run("powershell.exe", args, QUERY_MS, env);
    return succeeded(result) ? result.stdout.trim() || undefined : undefined;
  }

  /** Runs a program of Windows. */
  run(name: string, args: readonly string[], timeoutMs: number, env: Environment = {}): Promise<RunResult> {
    const options = { timeoutMs, env: { ...this.#env, ...env }, maxOutputBytes: MAX_OUTPUT_BYTES };
    return run(this.#programFile(name), args, options);
  }

  /** Undefined where the system does not say. */
  account(): Promise<Account | undefined> {
    this.#account ??= this.#askAccount();
    return this.#account;
  }

  /** The code page of consoles. */
  consolePage(): Promise<number | undefined> {
    this.#consolePage ??= this.#askConsolePage();
    return this.#consolePage;
  }

  /** Whether scripts such as the launcher run here: newer systems can be without the language, and administrators can forbid it. */
  runsScripts(): Promise<boolean> {
    this.#runsScripts ??= this.#askScripts();
    return this.#runsScripts;
  }

  /** Who may do what with a file, in the Security Descriptor Definition Language; undefined where the system does not say. */
  async accessOf(file: string): Promise<string | undefined> {
    return this.powershell(ACCESS_SCRIPT, { CLAWDBOT_TASK_FILE: file });
  }

  /** Absolute path of a program of Windows, for what is written into a task. */
  systemProgram(name: string): string {
    const { SystemRoot = "C:\\Windows" } = this.variables("SystemRoot");
    return `${SystemRoot}\\System32\\${name}`;
  }

  /** What Windows says in its own language when access is denied. */
  async accessDeniedText(): Promise<string | undefined> {
    const { stdout } = await this.run("net", ["helpmsg", String(ERROR_ACCESS_DENIED)], QUERY_MS);
    return stdout.trim() || undefined;
  }

  /** For files that live as long as one command. */
  temporaryFolder(): string {
    const { TEMP, TMP } = this.variables("TEMP", "TMP");
    return TEMP ?? TMP ?? temporaryFolder();
  }

  /** Ends a process and everything it started. Whether it was there is not told. */
  async endProcess(pid: number): Promise<void> {
    await this.run("taskkill", ["/PID", String(pid), "/T", "/F"], CHANGE_MS);
  }

  async #askAccount(): Promise<Account | undefined> {
    const [user, groups] = await Promise.all([
      this.run("whoami", ["/user", "/fo", "csv", "/nh"], QUERY_MS),
      this.run("whoami", ["/groups", "/fo", "csv", "/nh"], QUERY_MS),
    ]);
    const [, name, sid] = /^"([^"]*)","(S-1-[\d-]+)"/m.exec(user.stdout) ?? [];
    if (name === undefined || sid === undefined) return undefined;
    return { name, sid, elevated: groups.stdout.includes(HIGH_INTEGRITY) };
  }

  async #askConsolePage(): Promise<number | undefined> {
    const value = await this.#registry("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage", "OEMCP");
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  }

  async #askScripts(): Promise<boolean> {
    const { SystemRoot } = this.variables("SystemRoot");
    if (SystemRoot !== undefined && !existsSync(join(SystemRoot, "System32", "vbscript.dll"))) return false;
    const key = "SOFTWARE\\Microsoft\\Windows Script Host\\Settings";
    const values = await Promise.all(
      ["HKLM", "HKCU"].map((root) => this.#registry(`${root}\\${key}`, "Enabled")),
    );
    return !values.some((value) => value === "0" || value === "0x0");
  }

  async #registry(key: string, value: string): Promise<string | undefined> {
    const result = await this.run("reg", ["query", key, "/v", value], QUERY_MS);
    return succeeded(result) ? /REG_\w+\s+(\S+)/.exec(result.stdout)?.[1] : undefined;
  }

  /** The one of Windows itself, not what a folder on PATH may offer under its name. */
  #programFile(name: string): string {
    const { SystemRoot } = this.variables("SystemRoot");
    const folder = name === "powershell.exe" ? "System32/WindowsPowerShell/v1.0" : "System32";
    const file = join(SystemRoot ?? "", folder, name.endsWith(".exe") ? name : `${name}.exe`);
    return SystemRoot !== undefined && existsSync(file) ? file : name;
  }

  /** The values of these variables, whose names are the same in upper and lower case on Windows. */
  variables<N extends string>(...names: N[]): Partial<Record<N, string>> {
    return knownVariables(this.#env, names);
  }
}

/** The values of these variables, whatever their spelling; without those that are empty. */
export function knownVariables<N extends string>(
  env: Environment,
  names: readonly N[],
): Partial<Record<N, string>> {
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const key = Object.keys(env).find((each) => each.toUpperCase() === name.toUpperCase());
    const value = key === undefined ? undefined : env[key];
    if (value) found[name] = value;
  }
  return found;
}

/** It ran, and was content. */
export function succeeded({ end }: RunResult): boolean {
  return end.kind === "exited" && end.code === 0;
}

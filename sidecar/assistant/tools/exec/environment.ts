/** The environment of programs that an agent runs: what they need to find their way, and nothing that the gateway keeps. */
import { delimiter, isAbsolute } from "node:path";
import type { Environment } from "../../../../shared/node/paths.ts";

const KEPT =
  /^(?:HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|XDG_CONFIG_HOME|XDG_DATA_HOME|XDG_CACHE_HOME|SSH_AUTH_SOCK|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS)$/;
const KEPT_ON_WINDOWS =
  /^(?:SYSTEMROOT|SYSTEMDRIVE|COMSPEC|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|TEMP|TMP|WINDIR|USERNAME|HOMEDRIVE|HOMEPATH)$/i;

/** Variables by which a program is made to load or run something else, or to look for it somewhere else. */
const DANGEROUS =
  /^(?:LD_.*|DYLD_.*|GIT_.*|NODE_.*|NPM_CONFIG_.*|BASH_.*|ENV|SHELLOPTS|BASHOPTS|PS4|IFS|CDPATH|PATH|PATHEXT|PROMPT_COMMAND|PYTHON.*|PERL5?.*|RUBY.*|GEM_.*|BUNDLE_.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS|LUA_.*|PHPRC|PHP_INI_SCAN_DIR|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|MALLOC_.*|GLIBC_TUNABLES|LESSOPEN|LESSCLOSE|LESS|PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|SSH_ASKPASS|SUDO_ASKPASS|TERMINFO.*|HOME|XDG_.*|TMPDIR|RIPGREP_CONFIG_PATH|GREP_OPTIONS|JQ_.*|CLAWDBOT_.*|RUSTC_WRAPPER|CARGO_.*|MAKEFLAGS|CC|CXX|GOFLAGS|DOCKER_.*|KUBECONFIG|AWS_.*)$/i;

/** Variables that only change how something looks. */
const HARMLESS = /^(?:TZ|LANG|LANGUAGE|LC_[A-Z]+|NO_COLOR|FORCE_COLOR|CLICOLOR|TERM|COLUMNS|LINES|CI)$/;

/** Names of an agent's variables that nobody may set this way. */
export function refusedVariables(given: Readonly<Record<string, string>>): string[] {
  return Object.keys(given).filter((name) => DANGEROUS.test(name) || !/^[A-Za-z_]\w*$/.test(name));
}

/** Whether a program that only looks still does no more with them. */
export function areHarmless(given: Readonly<Record<string, string>>): boolean {
  return Object.keys(given).every((name) => HARMLESS.test(name));
}

/** The path of programs: the gateway's own between what is put before and after it. Places that are relative would be somebody else's. */
export function programPath(
  env: Environment,
  prepend: readonly string[],
  append: readonly string[] = [],
): string {
  const own = (env.PATH ?? env.Path ?? "").split(delimiter);
  return [...prepend, ...own, ...append].filter((directory) => isAbsolute(directory)).join(delimiter);
}

/** All of it. */
export function programEnvironment(
  env: Environment,
  path: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const isKept = (name: string) =>
    KEPT.test(name) || (process.platform === "win32" && KEPT_ON_WINDOWS.test(name));
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isKept(entry[0]),
  );
  return { TERM: "dumb", PAGER: "cat", GIT_PAGER: "cat", ...Object.fromEntries(kept), ...given, PATH: path };
}

/**
 * What no tool of files touches, whoever asks: the gateway's own state, keys, passwords, profiles of browsers, and what is no file of a
 * disk. A place is known by its path and by what it is on the disk, so that no other name of it leads there.
 */
import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";

/** Where such places are. */
export interface ProtectedHome {
  home: string;
  stateDir: string;
  /** Of this program's own: where a configuration elsewhere is. */
  configFile?: string | undefined;
  /** What an agent works in, though it may lie in such a place. */
  workspace: string;
}

/** Below the home directory. */
const IN_HOME = [
  ".ssh",
  ".gnupg",
  ".pki",
  ".password-store",
  ".aws",
  ".azure",
  ".kube",
  ".docker",
  ".netrc",
  ".npmrc",
  ".pypirc",
  ".bash_history",
  ".zsh_history",
  ".python_history",
  ".node_repl_history",
  ".psql_history",
  ".mysql_history",
  ".sqlite_history",
  ".local/share/fish/fish_history",
  ".config/rclone",
  ".git-credentials",
  ".pgpass",
  ".my.cnf",
  ".vault-token",
  ".config/gcloud",
  ".config/gh",
  ".config/hub",
  ".config/op",
  ".config/Bitwarden",
  ".config/keepassxc",
  ".local/share/keyrings",
  ".local/share/kwalletd",
  ".kde/share/apps/kwallet",
  ".mozilla",
  ".thunderbird",
  ".config/google-chrome",
  ".config/google-chrome-beta",
  ".config/chromium",
  ".config/BraveSoftware",
  ".config/microsoft-edge",
  ".config/opera",
  ".config/vivaldi",
  ".config/Signal",
  ".config/mozilla",
  "snap/firefox",
  "snap/chromium",
  ".var/app/org.mozilla.firefox",
  ".var/app/org.chromium.Chromium",
  ".var/app/com.google.Chrome",
  ".var/app/com.brave.Browser",
  "Library/Keychains",
  "Library/Cookies",
  "Library/Safari",
  "Library/Application Support/Google/Chrome",
  "Library/Application Support/Chromium",
  "Library/Application Support/BraveSoftware",
  "Library/Application Support/Microsoft Edge",
  "Library/Application Support/Firefox",
  "Library/Application Support/Signal",
  "AppData/Local/Google/Chrome",
  "AppData/Local/Chromium",
  "AppData/Local/BraveSoftware",
  "AppData/Local/Microsoft/Edge",
  "AppData/Local/Microsoft/Credentials",
  "AppData/Local/Microsoft/Vault",
  "AppData/Roaming/Microsoft/Credentials",
  "AppData/Roaming/Microsoft/Crypto",
  "AppData/Roaming/Microsoft/Protect",
  "AppData/Roaming/Mozilla",
  "AppData/Roaming/gnupg",
] as const;

/** Beside the home directory: what the system keeps secret, and what only looks like files. */
export const OF_SYSTEM: readonly string[] = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/gshadow-",
  "/etc/sudoers",
  "/etc/sudoers.d",
  "/etc/ssh",
  "/proc",
  "/sys",
  "/dev",
  "/run/secrets",
  "/var/run/secrets",
  "/run/credentials",
];

/** Files that hold keys by their names, wherever they are. */
const KEY_FILES = /\.(?:pem|p12|pfx|ppk|kdbx|jks|keystore)$/i;

/** States of this program, its other profiles, and its relatives. */
const STATES = /^\.(?:clawdbot|openclaw|moltbot)(?:-.*)?$/i;

/** Files beyond that many are not looked through for one that has further names. */
const MOST_LOOKED_THROUGH = 50_000;

export class ProtectedPlaces {
  #about: ProtectedHome;

  constructor(about: ProtectedHome) {
    this.#about = about;
  }

  /** Whether the path, in which no link is left, is in one of the places. What it may be made of is looked at: what is there, and what is around it. */
  holds(path: string): boolean {
    if (KEY_FILES.test(basename(path))) return true;
    const places = this.#placesFor(path);
    const folded = fold(path);
    if (places.some((place) => isWithin(folded, fold(place)))) return true;
    const ids = new Set(places.map(identityAt).filter((id) => id !== undefined));
    for (let each = path; ; each = dirname(each)) {
      const id = identityAt(each);
      if (id !== undefined && ids.has(id)) return true;
      if (dirname(each) === each) return false;
    }
  }

  /** Whether a file with several names has one of them in one of the places. Where that takes too long to find out, it is held to. */
  holdsFile(path: string, { dev, ino, nlink }: Pick<Stats, "dev" | "ino" | "nlink">): boolean {
    if (nlink < 2) return false;
    let left = MOST_LOOKED_THROUGH;
    const looked = (place: string): boolean => {
      left -= 1;
      if (left < 0) return true;
      const found = statAt(place);
      if (found === undefined || found.dev !== dev) return false;
      if (!found.isDirectory()) return found.ino === ino;
      return namesIn(place).some((name) => looked(join(place, name)));
    };
    return this.#placesFor(path)
      .filter((place) => !["/proc", "/sys", "/dev"].includes(place))
      .some(looked);
  }

  /** Those that are in the directory, and there; links are not among them, for they lead nowhere where only the directory is. */
  below(directory: string): string[] {
    const all = this.#placesFor(directory).filter(
      (place) => place !== directory && isWithin(place, directory),
    );
    return all.filter((place) => lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === false);
  }

  /** With what links at their places lead to. A place that holds the work directory counts for all but that. */
  #placesFor(path: string): string[] {
    const { home, stateDir, configFile, workspace } = this.#about;
    const named = [
      stateDir,
      ...(configFile === undefined ? [] : [resolve(configFile)]),
      ...IN_HOME.map((name) => join(home, name)),
      ...namesIn(home)
        .filter((name) => STATES.test(name))
        .map((name) => join(home, name)),
      ...OF_SYSTEM,
    ];
    const all = [...new Set(named.flatMap((place) => [place, realAt(place)]))];
    const root = realAt(workspace);
    if (!isWithin(path, root)) return all;
    return all.filter((place) => place === root || !isWithin(root, place));
  }
}

/** Whether the path is the place, or below it. */
export function isWithin(path: string, place: string): boolean {
  const way = relative(place, path);
  return way === "" || !(way === ".." || /^\.\.[\\/]/.test(way) || isAbsolute(way));
}

/** Systems that take names in capitals, or with letters put together, for the same are not asked which they are. */
function fold(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function realAt(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // It is not there, or nobody may look.
  }
}

function statAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // Nobody may look, so nobody reads it either.
  }
}

function identityAt(path: string): string | undefined {
  const found = statAt(path);
  return found === undefined || found.ino === 0 ? undefined : `${found.dev}:${found.ino}`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Not there, or no directory.
  }
}

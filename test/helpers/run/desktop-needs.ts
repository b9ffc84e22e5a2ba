/** What the tests need on the machine beyond Node: the program looked for, its Debian package, who needs it. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface DesktopNeed {
  /** Any one of these on PATH (or, with a slash, at that path) satisfies the need. */
  readonly programs: readonly string[];
  readonly debianPackage: string;
  readonly tests:
    | "desktop"
    | "ui"
    | "network"
    | "service"
    | "property list"
    | "desktop entry"
    | "terminal"
    | "sandbox"
    | "clock"
    | "metrics"
    | "completion"
    | "recipes"
    | "manual"
    | "windows";
  /** Installing it starts a service where systemd runs, so that is left to the owner of the machine. */
  readonly startsService?: true;
}

const LIBRARY_FOLDERS = ["/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/aarch64-linux-gnu"];

export const DESKTOP_NEEDS: readonly DesktopNeed[] = [
  { programs: ["Xvfb"], debianPackage: "xvfb", tests: "desktop" },
  { programs: ["dbus-daemon"], debianPackage: "dbus", tests: "desktop" },
  { programs: ["dbus-launch"], debianPackage: "dbus-x11", tests: "desktop" },
  { programs: ["gdbus"], debianPackage: "libglib2.0-bin", tests: "desktop" },
  { programs: ["xfce4-panel"], debianPackage: "xfce4-panel", tests: "desktop" },
  {
    programs: libraries("libayatana-appindicator3.so.1"),
    debianPackage: "libayatana-appindicator3-1",
    tests: "desktop",
  },
  { programs: libraries("libgtk-3.so.0"), debianPackage: "libgtk-3-0", tests: "desktop" },
  { programs: ["dunst"], debianPackage: "dunst", tests: "desktop" },
  { programs: ["notify-send"], debianPackage: "libnotify-bin", tests: "desktop" },
  { programs: ["xdotool"], debianPackage: "xdotool", tests: "desktop" },
  { programs: ["import"], debianPackage: "imagemagick", tests: "desktop" },
  { programs: ["xwininfo"], debianPackage: "x11-utils", tests: "desktop" },
  { programs: ["python3"], debianPackage: "python3", tests: "desktop" },
  { programs: ["lsof"], debianPackage: "lsof", tests: "desktop" },
  { programs: ["chromium", "chromium-browser", "google-chrome"], debianPackage: "chromium", tests: "ui" },
  { programs: ["/usr/sbin/sshd"], debianPackage: "openssh-server", tests: "network" },
  { programs: ["ssh"], debianPackage: "openssh-client", tests: "network" },
  { programs: ["ip", "/usr/sbin/ip"], debianPackage: "iproute2", tests: "network" },
  { programs: ["/usr/sbin/avahi-daemon"], debianPackage: "avahi-daemon", tests: "network" },
  { programs: ["avahi-browse"], debianPackage: "avahi-utils", tests: "network" },
  { programs: ["dbus-daemon"], debianPackage: "dbus", tests: "network" },
  {
    programs: ["nginx", "/usr/sbin/nginx"],
    debianPackage: "nginx-light",
    tests: "network",
    startsService: true,
  },
  {
    programs: ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"],
    debianPackage: "systemd",
    tests: "service",
  },
  { programs: ["openssl"], debianPackage: "openssl", tests: "recipes" },
  {
    programs: ["/usr/lib/python3/dist-packages/yaml/__init__.py"],
    debianPackage: "python3-yaml",
    tests: "recipes",
  },
  { programs: ["caddy"], debianPackage: "caddy", tests: "recipes", startsService: true },
  { programs: ["perl"], debianPackage: "perl-base", tests: "service" },
  { programs: ["/usr/lib/systemd/user/dbus.socket"], debianPackage: "dbus-user-session", tests: "service" },
  { programs: ["plistutil"], debianPackage: "libplist-utils", tests: "property list" },
  { programs: ["desktop-file-validate"], debianPackage: "desktop-file-utils", tests: "desktop entry" },
  { programs: ["gio"], debianPackage: "libglib2.0-bin", tests: "desktop entry" },
  { programs: ["bwrap"], debianPackage: "bubblewrap", tests: "sandbox" },
  { programs: ["tmux"], debianPackage: "tmux", tests: "terminal" },
  { programs: ["faketime"], debianPackage: "faketime", tests: "clock" },
  {
    programs: ["/usr/lib/python3/dist-packages/prometheus_client/parser.py"],
    debianPackage: "python3-prometheus-client",
    tests: "metrics",
  },
  { programs: ["bash"], debianPackage: "bash", tests: "completion" },
  { programs: ["zsh"], debianPackage: "zsh", tests: "completion" },
  { programs: ["fish"], debianPackage: "fish", tests: "completion" },
  { programs: ["tmux"], debianPackage: "tmux", tests: "completion" },
  { programs: ["man"], debianPackage: "man-db", tests: "manual" },
  { programs: ["groff"], debianPackage: "groff", tests: "manual" },
  { programs: ["mandoc"], debianPackage: "mandoc", tests: "manual" },
  // 101 MB to fetch; on other processors it would not run what it is for.
  ...(process.arch === "x64"
    ? [{ programs: ["/usr/lib/wine/wine64", "wine64"], debianPackage: "wine64", tests: "windows" } as const]
    : []),
];

/** What only root can make. */
const ROOT_NEEDS: Partial<Record<DesktopNeed["tests"], string>> = {
  network: "network namespaces",
  service: "tests with a systemd of their own",
};

/** The needs of these tests that this machine does not meet; empty when they can run. */
export function missingNeeds(tests?: DesktopNeed["tests"]): DesktopNeed[] {
  return DESKTOP_NEEDS.filter((need) => tests === undefined || need.tests === tests).filter(
    (need) => !need.programs.some(isInstalled),
  );
}

/** One line for `test.skip`, or undefined when the tests can run here. */
export function missingReason(tests: DesktopNeed["tests"]): string | undefined {
  if (tests === "desktop" && process.platform !== "linux") return "the desktop tests need Linux with X11";
  const needsRoot = ROOT_NEEDS[tests];
  if (needsRoot !== undefined && (process.platform !== "linux" || process.getuid?.() !== 0)) {
    return `${needsRoot} need Linux and root`;
  }
  const missing = missingNeeds(tests).map((need) => need.debianPackage);
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  if (needsRoot !== undefined && spawnSync("unshare", ["--mount", "true"]).status !== 0) {
    return "no mount namespaces here, as in a plain chroot";
  }
  return undefined;
}

/** The first of the programs that is installed, as an absolute path. */
export function findProgram(...programs: string[]): string | undefined {
  for (const program of programs) {
    const folders = program.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
    for (const folder of folders) {
      const path = folder === "" ? program : join(folder, program);
      if (isReadable(path)) return path;
    }
  }
  return undefined;
}

function libraries(name: string): string[] {
  return LIBRARY_FOLDERS.map((folder) => join(folder, name));
}

function isInstalled(program: string): boolean {
  return findProgram(program) !== undefined;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    // Absent or not ours to read: both mean the tests cannot use it.
    return false;
  }
}

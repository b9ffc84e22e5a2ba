/** Runs commands as somebody types them, in an empty home, and prints both the commands and what they say. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Outcome {
  code: number | null;
  /** Both streams in their order. */
  output: string;
}

/** Somebody with an empty home and one Node, in a directory. */
export interface Person {
  home: string;
  /** Runs it to its end. */
  types(directory: string, ...words: string[]): Outcome;
  /** Runs it until `pattern` was printed, then ends it as Ctrl-C does; resolves with its exit code. */
  typesUntil(pattern: RegExp, directory: string, ...words: string[]): Promise<Outcome>;
}

const LIMIT_MS = 10 * 60_000;
/** How this machine reaches a registry is no part of the program. */
const NETWORK = [
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"],
  ...["http_proxy", "https_proxy", "no_proxy", "npm_config_registry", "npm_config_cafile"],
];

/** What the npm of this machine knows of the way, which its settings may hold as well as the environment. */
function wayToRegistry(): Record<string, string> {
  const settings = ["cafile", "registry"].map((name) => {
    const { stdout } = spawnSync("npm", ["config", "get", name], { encoding: "utf8" });
    return [`npm_config_${name}`, stdout.trim()] as const;
  });
  const variables = NETWORK.map((name) => [name, process.env[name] ?? ""] as const);
  const known = [...settings, ...variables].filter(([, value]) => value !== "" && value !== "null");
  return Object.fromEntries(known);
}

/** `nodeFolder` comes first on the PATH; of this run nothing but the way to the registry reaches the commands. */
export function person(nodeFolder: string): Person {
  const home = mkdtempSync(join(tmpdir(), "clawdbot-install-home-"));
  const env = {
    HOME: home,
    PATH: `${nodeFolder}:/usr/local/bin:/usr/bin:/bin`,
    LANG: "C.UTF-8",
    // Where tests run the default port may be taken.
    CLAWDBOT_GATEWAY_PORT: "18795",
    ...wayToRegistry(),
  };
  return {
    home,
    types: (directory, ...words) => {
      say(directory, words);
      const [file = "", ...args] = words;
      const { status, error, output } = spawnSync(file, args, {
        cwd: directory,
        env,
        encoding: "utf8",
        timeout: LIMIT_MS,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const text = error === undefined ? (output ?? []).join("") : String(error);
      console.log(`${text.trimEnd()}\n[exit ${status}]\n`);
      return { code: status, output: text };
    },
    typesUntil: (pattern, directory, ...words) => {
      say(directory, words);
      const [file = "", ...args] = words;
      const child = spawn(file, args, {
        cwd: directory,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const limit = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
      let output = "";
      const collect = (chunk: Buffer) => {
        const isNew = !pattern.test(output);
        output += chunk;
        // As a terminal does it: the whole group is told.
        if (isNew && pattern.test(output) && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
          clearTimeout(limit);
          console.log(`${output.trimEnd()}\n[Ctrl-C, exit ${code}]\n`);
          resolve({ code, output });
        });
      });
    },
  };
}

/** A folder with a Node of this version, from the registry. */
export function fetchNode(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), "clawdbot-install-node-"));
  mkdirSync(join(folder, "node_modules"));
  const args = ["install", "--no-fund", "--no-audit", "--loglevel=error", `node@${version}`];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8", timeout: LIMIT_MS });
  if (status !== 0) throw new Error(`no Node ${version} from the registry: ${stderr}`);
  return join(folder, "node_modules", "node", "bin");
}

function say(directory: string, words: readonly string[]): void {
  console.log(`${directory}$ ${words.join(" ")}`);
}

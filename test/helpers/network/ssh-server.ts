/** A real sshd with a host key, a user key and a configuration of its own, and the `ssh` that knows them. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { TempHome } from "../home/temp-home.ts";
import { startProgram } from "../process/program.ts";

export interface SshServer {
  port: number;
  /** The account that may log in. */
  user: string;
  /** Private key that is let in. */
  identity: string;
  /** Private key that is not. */
  strangerIdentity: string;
  /** File of known host keys; emptying it makes the server a stranger. */
  knownHosts: string;
  /** Put before PATH: its `ssh` reads nothing of this machine's configuration. */
  binFolder: string;
  stop(): Promise<void>;
}

export interface SshServerOptions {
  address: string;
  port: number;
  /** Turns words into those that run a program elsewhere, such as in a network namespace. */
  on?: (...words: string[]) => string[];
}

/** Starts sshd in the foreground and waits until it listens. */
export async function startSshServer(
  home: TempHome,
  { address, port, on = (...words) => words }: SshServerOptions,
): Promise<SshServer> {
  const folder = join(home.path, "ssh");
  const binFolder = join(folder, "bin");
  mkdirSync(binFolder, { recursive: true, mode: 0o700 });
  const [hostKey, identity, strangerIdentity] = ["host", "user", "stranger"].map((name) =>
    createKey(join(folder, name)),
  ) as [string, string, string];
  const file = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
    return path;
  };
  const authorized = file("authorized_keys", readFileSync(`${identity}.pub`, "utf8").trim());
  const knownHosts = file(
    "known_hosts",
    `[${address}]:${port},[*.local]:${port} ${readFileSync(`${hostKey}.pub`, "utf8").trim()}`,
  );
  const config = file(
    "sshd_config",
    ...[`Port ${port}`, `ListenAddress ${address}`, `HostKey ${hostKey}`, "PidFile none", "UsePAM no"],
    ...[
      `AuthorizedKeysFile ${authorized}`,
      "StrictModes no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
    ],
  );
  const clientConfig = file(
    "ssh_config",
    ...[`UserKnownHostsFile ${knownHosts}`, "GlobalKnownHostsFile /dev/null", "IdentityFile none"],
    ...["IdentityAgent none", "LogLevel ERROR"],
  );
  const client = join(binFolder, "ssh");
  writeFileSync(client, `#!/bin/sh\nexec /usr/bin/ssh -F "${clientConfig}" "$@"\n`);
  chmodSync(client, 0o755);

  const start = `exec /usr/sbin/sshd -D -e -f "${config}"`;
  // As root it wants a directory in /run; one that nobody else sees does.
  const words =
    process.getuid?.() === 0
      ? ["unshare", "--mount", "sh", "-c", `mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && ${start}`]
      : ["sh", "-c", start];
  const server = startProgram(on(...words), home.env(), 60_000);
  await server.waitFor(/Server listening/);
  return {
    ...{ port, user: userInfo().username, identity, strangerIdentity, knownHosts, binFolder },
    stop: async () => {
      await server.stop();
    },
  };
}

function createKey(path: string): string {
  const { status, stderr } = spawnSync(
    "ssh-keygen",
    ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
  return path;
}

/** Writes a service as a systemd unit. Syntax: systemd.syntax(7), systemd.service(5), systemd.exec(5). */
import type { ServiceDefinition } from "../service-manager.ts";

/** How systemd learns that the gateway listens: it says so itself, or, where nothing can carry that message, not at all. */
export type StartType = "notify" | "exec";

/** The exit code after which the gateway is not started again; see `EXIT.refused`. */
export const REFUSED_STATUS = 78;

/** The text of the unit. `checkDefinition` has seen the definition: no text in it can end its line. */
export function renderUnit(definition: ServiceDefinition, startType: StartType): string {
  const { description, command, workingDirectory, environment, environmentFile } = definition;
  const variables = Object.entries(environment).map(([name, value]) => quote(`${name}=${value}`));
  return `[Unit]
Description=${escapeSpecifiers(description).replace(/[\s\\]+$/, "")}
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=${startType}
NotifyAccess=all
ExecStart=${command.map((word, index) => (index === 0 ? quote(word) : quote(escapeVariables(word)))).join(" ")}
WorkingDirectory=${endingSafely(escapeSpecifiers(workingDirectory))}
EnvironmentFile=-${escapePattern(escapeSpecifiers(environmentFile))}
${variables.map((variable) => `Environment=${variable}\n`).join("")}Restart=always
RestartSec=5
RestartPreventExitStatus=${REFUSED_STATUS}
SuccessExitStatus=143
TimeoutStartSec=90
TimeoutStopSec=20
KillMode=mixed
OOMPolicy=continue

[Install]
WantedBy=default.target
`;
}

function quote(text: string): string {
  return `"${escapeSpecifiers(text).replace(/[\\"]/g, "\\$&")}"`;
}

function escapeSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** Arguments have their variables replaced, the path of the program has not. */
function escapeVariables(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** Paths are not quoted: a blank at the end would be cut off, a backslash there would join the next line. */
function endingSafely(path: string): string {
  return /[\s\\]$/.test(path) ? `${path}/.` : path;
}

/** `EnvironmentFile` is a pattern for file names, see glob(7). */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[]/g, "\\$&");
}

/** Starts the small servers of test/fixtures/port. */
import { type CliProcess, startNode } from "../process/cli.ts";
import { testProgram } from "../run/test-programs.ts";

/** `host` defaults to 127.0.0.1; see the fixture for the rest. */
export interface PortServerSettings {
  host?: string;
  uid?: number;
  ignoreTerm?: boolean;
  fork?: boolean;
  handOver?: boolean;
  healthz?: object;
}

export interface PortServer {
  process: CliProcess;
  pid: number;
  port: number;
  /** The pid of the process that shares the socket, with `fork`. */
  childPid: number | undefined;
}

/** Resolves when the server listens. End it with `process.stop("SIGKILL")`. */
export async function startPortServer(settings: PortServerSettings = {}): Promise<PortServer> {
  const argument = JSON.stringify({ host: "127.0.0.1", ...settings });
  const env = { PATH: process.env.PATH ?? "" };
  const server = startNode([testProgram("fixtures/port/server"), argument], { env });
  const [line] = await server.waitFor(/^\{.*\}$/m);
  const { port, child } = JSON.parse(line);
  return { process: server, pid: server.pid, port, childPid: child };
}

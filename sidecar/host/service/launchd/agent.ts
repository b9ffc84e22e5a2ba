/** The launch agent of a service as a property list (launchd.plist(5)), and what an installed one says. Nothing here touches the disk. */
import { posix } from "node:path";
import {
  isPropertyDict,
  type PropertyValue,
  readPropertyList,
  renderPropertyList,
} from "../../../../shared/node/property-list.ts";
import type { InstalledDefinition, ServiceDefinition } from "../service-manager.ts";
import { OUTPUT_FILES } from "./output.ts";

/** Seconds from SIGTERM to SIGKILL: more than the gateway needs to stop. */
export const EXIT_TIMEOUT_S = 20;

/** Seconds between two starts of a program that keeps ending. */
const THROTTLE_S = 10;

/** What a property list says of an agent, ours or another's. */
export interface Agent {
  label: string | undefined;
  command: readonly string[];
  workingDirectory: string | undefined;
  environment: Readonly<Record<string, string>>;
  runAtLoad: boolean;
  /** Where launchd puts what it prints. */
  outputs: readonly string[];
  /** Started again whenever it fails, by either form of `KeepAlive`. */
  isKeptAlive: boolean;
}

/**
 * The property list. A program that ends well is not started again, so that a refused start does not repeat itself. launchd
 * expands neither variables nor `~`: every value stands for itself. Fails with `SERVICE_REFUSED` on control characters.
 */
export function renderAgent(label: string, definition: ServiceDefinition): string {
  const { description, command, workingDirectory, environment, logDir } = definition;
  return renderPropertyList({
    Label: label,
    Comment: description,
    ProgramArguments: command,
    EnvironmentVariables: environment,
    WorkingDirectory: workingDirectory,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: EXIT_TIMEOUT_S,
    ProcessType: "Interactive",
    StandardOutPath: posix.join(logDir, OUTPUT_FILES[0]),
    StandardErrorPath: posix.join(logDir, OUTPUT_FILES[1]),
  });
}

/** The agent that a property list in XML describes; undefined when it is none. */
export function readAgent(text: string): Agent | undefined {
  const values = readPropertyList(text);
  if (!isPropertyDict(values)) return undefined;
  const words = Array.isArray(values.ProgramArguments) ? values.ProgramArguments.filter(isText) : [];
  const program = textOf(values.Program);
  return {
    label: textOf(values.Label),
    // `Program` is what runs; the first argument is then only its name.
    command: program === undefined ? words : [program, ...words.slice(1)],
    workingDirectory: textOf(values.WorkingDirectory),
    environment: textsIn(values.EnvironmentVariables),
    outputs: [values.StandardOutPath, values.StandardErrorPath].filter(isText),
    runAtLoad: values.RunAtLoad === true,
    isKeptAlive: keepsAlive(values.KeepAlive),
  };
}

/** What the agent runs, as other parts of the program know it. */
export function installedDefinition(agent: Agent, sourcePath: string): InstalledDefinition {
  const { command, environment, workingDirectory } = agent;
  return {
    command,
    environment,
    sourcePath,
    overridePaths: [],
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
  };
}

/** `true`, or conditions of which one is that it failed. */
function keepsAlive(value: PropertyValue | undefined): boolean {
  return value === true || (isPropertyDict(value) && value.SuccessfulExit === false);
}

function textsIn(value: PropertyValue | undefined): Record<string, string> {
  const entries = isPropertyDict(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => isText(entry[1])));
}

function textOf(value: PropertyValue | undefined): string | undefined {
  return isText(value) ? value : undefined;
}

function isText(value: PropertyValue | undefined): value is string {
  return typeof value === "string";
}

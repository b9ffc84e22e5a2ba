/** The definition of a task as the Task Scheduler stores it: schema 1.2 of schemas.microsoft.com/windows/2004/02/mit/task. */

import { quoted, SetupError } from "../../../../shared/errors.ts";
import { advice } from "../../../../shared/remedy.ts";

/** What a task runs. The Task Scheduler replaces `%NAME%` in all three; an empty working directory is not written. */
export interface TaskAction {
  command: string;
  arguments: string;
  workingDirectory: string;
}

export interface TaskDefinition {
  description: string;
  /** Security identifier, or `DOMAIN\name`, of the account whose login starts it and as whom it runs. */
  user: string;
  action: TaskAction;
  /** Whether the login of the user starts it. */
  atLogon: boolean;
}

/** What is read back of a task, also of one that somebody else made or changed. */
export interface RegisteredTask {
  actions: TaskAction[];
  description: string;
  enabled: boolean;
  /** A login starts it. */
  atLogon: boolean;
  user: string | undefined;
  multipleInstances: string;
  /** As an ISO 8601 duration; `PT0S` is none. */
  timeLimit: string;
  refusesBattery: boolean;
  stopsOnBattery: boolean;
}

/** The text of the file. Fails with `SERVICE_REFUSED` for characters that XML cannot hold. */
export function renderTask({ description, user, action, atLogon }: TaskDefinition): string {
  const trigger = [
    "    <LogonTrigger>",
    "      <Enabled>true</Enabled>",
    `      ${element("UserId", user)}`,
    "    </LogonTrigger>",
  ];
  return [
    `<?xml version="1.0" encoding="UTF-16"?>`,
    `<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">`,
    "  <RegistrationInfo>",
    `    ${element("Description", description)}`,
    "  </RegistrationInfo>",
    "  <Triggers>",
    ...(atLogon ? trigger : []),
    "  </Triggers>",
    "  <Principals>",
    `    <Principal id="Author">`,
    `      ${element("UserId", user)}`,
    "      <LogonType>InteractiveToken</LogonType>",
    "      <RunLevel>LeastPrivilege</RunLevel>",
    "    </Principal>",
    "  </Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <AllowHardTerminate>true</AllowHardTerminate>",
    "    <StartWhenAvailable>true</StartWhenAvailable>",
    "    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>",
    "    <IdleSettings>",
    "      <StopOnIdleEnd>false</StopOnIdleEnd>",
    "      <RestartOnIdle>false</RestartOnIdle>",
    "    </IdleSettings>",
    "    <AllowStartOnDemand>true</AllowStartOnDemand>",
    "    <Enabled>true</Enabled>",
    "    <Hidden>true</Hidden>",
    "    <RunOnlyIfIdle>false</RunOnlyIfIdle>",
    "    <WakeToRun>false</WakeToRun>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    // The default, 7, is below normal for processor, disk and memory alike.
    "    <Priority>5</Priority>",
    "    <RestartOnFailure>",
    "      <Interval>PT1M</Interval>",
    "      <Count>3</Count>",
    "    </RestartOnFailure>",
    "  </Settings>",
    `  <Actions Context="Author">`,
    "    <Exec>",
    `      ${element("Command", action.command)}`,
    `      ${element("Arguments", action.arguments)}`,
    ...(action.workingDirectory === ""
      ? []
      : [`      ${element("WorkingDirectory", action.workingDirectory)}`]),
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\r\n");
}

/** As `schtasks /XML` reads it. */
export function encodeTask(xml: string): Buffer {
  return Buffer.from(`\uFEFF${xml}`, "utf16le");
}

/** What the text of a task says; undefined when it is none. What it leaves out has the Task Scheduler's own default. */
export function readTask(xml: string): RegisteredTask | undefined {
  const elements = elementsOf(xml);
  if (!elements.some(({ path }) => path === "Task/Actions" || path.startsWith("Task/Settings")))
    return undefined;
  const first = (path: string) => elements.find((each) => each.path === path)?.text;
  const execs = elements.filter(({ path }) => path === "Task/Actions/Exec");
  const actionOf = (start: number, name: string) =>
    elements.find(({ path, parent }) => parent === start && path === `Task/Actions/Exec/${name}`)?.text ?? "";
  return {
    actions: execs.map(({ id }) => ({
      command: actionOf(id, "Command"),
      arguments: actionOf(id, "Arguments"),
      workingDirectory: actionOf(id, "WorkingDirectory"),
    })),
    description: first("Task/RegistrationInfo/Description") ?? "",
    enabled: first("Task/Settings/Enabled") !== "false",
    atLogon:
      elements.some(({ path }) => path === "Task/Triggers/LogonTrigger") &&
      first("Task/Triggers/LogonTrigger/Enabled") !== "false",
    user: first("Task/Principals/Principal/UserId"),
    multipleInstances: first("Task/Settings/MultipleInstancesPolicy") ?? "IgnoreNew",
    timeLimit: first("Task/Settings/ExecutionTimeLimit") ?? "PT72H",
    refusesBattery: first("Task/Settings/DisallowStartIfOnBatteries") !== "false",
    stopsOnBattery: first("Task/Settings/StopIfGoingOnBatteries") !== "false",
  };
}

/** An element of the document with its text; `parent` is the id of the one around it. */
interface XmlElement {
  id: number;
  parent: number;
  path: string;
  text: string;
}

/** The elements in the order in which they begin. Attributes, comments and declarations mean nothing to us. */
function elementsOf(xml: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  const plain = xml.replace(/<!--.*?-->|<[?!][^>]*>/gs, "");
  for (const [, closing, name, empty, text] of plain.matchAll(
    /<(\/?)(?:\w+:)?(\w+)(?:\s(?:[^"'>]|"[^"]*"|'[^']*')*?)?(\/?)>|([^<]+)/g,
  )) {
    const around = open.at(-1);
    if (text !== undefined && around !== undefined) around.text += decoded(text);
    if (name === undefined) continue;
    if (closing) {
      open.pop();
      continue;
    }
    const path = around === undefined ? name : `${around.path}/${name}`;
    const element = { id: elements.length, parent: around?.id ?? -1, path, text: "" };
    elements.push(element);
    if (!empty) open.push(element);
  }
  return elements;
}

function element(name: string, text: string): string {
  // Line ends would be made equal by every reader, and nothing we write has one.
  const found = /[\p{Cc}\p{Cs}\ufffe\uffff]/u.exec(text)?.[0];
  if (found !== undefined) {
    const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new SetupError(
      "SERVICE_REFUSED",
      advice`The task cannot be written: ${name} (${quoted(text)}) holds the character U+${code}.`,
      { fix: "rename the file or change the value so that it holds no control character" },
    );
  }
  return `<${name}>${text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)}</${name}>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

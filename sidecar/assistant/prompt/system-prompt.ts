/**
 * What a model is told before the conversation: a pure function of what is handed in. The stable part comes first and is the same bytes
 * in every turn of a session, so that a provider keeps it; what changes from turn to turn, or from day to day, follows it.
 */
import { shortened } from "../../../shared/foreign-text.ts";
import type { ModelRequest, ToolDeclaration } from "../models/model.ts";
import type { WorkspaceFile } from "../workspace/files.ts";
import { foreignName, foreignText } from "./foreign.ts";
import { contextFences, groupText, OWN_TEXTS, replyText, turnText } from "./sections.ts";
import { SKILLS_INTRO, type SkillLine, skillsText } from "./skills-text.ts";
import { dayText } from "./time.ts";
import { declarationTokens, textTokens } from "./tokens.ts";
import { isOwnerAlone, type TurnInputs } from "./turn.ts";

/** `minimal` serves sub-agents: the task, the tools, and two files. */
export type PromptMode = "full" | "minimal";

/** What a prompt is made of. */
export interface PromptInputs {
  mode: PromptMode;
  agent: { id: string; name: string };
  /** Of the session's fences. */
  marker: string;
  tools: readonly ToolDeclaration[];
  skills: readonly SkillLine[];
  /** `directory` as it is shown, with `~` for the home directory: its name may be the owner's. */
  workspace: { directory: string; files: readonly WorkspaceFile[] };
  /** Such as `linux (x64)`; `model` is a reference. */
  runtime: { version: string; os: string; model: string; thinking: string };
  /** The owner's zone. */
  time: { nowMs: number; zone: string };
  turn: TurnInputs;
}

/** One part of what a model is told, for whoever wants to know where the room goes. */
export interface PromptPart {
  kind: "section" | "file" | "skills" | "tools";
  name: string;
  chars: number;
  tokens: number;
  /** Of a file: how long it is, where it is shown in part. */
  cutFrom?: number;
}

export interface SystemPrompt extends Readonly<ModelRequest["system"]> {
  parts: readonly PromptPart[];
  /** Sentences that are ours, which no answer repeats. */
  ownTexts: readonly string[];
}

export function systemPrompt(inputs: PromptInputs): SystemPrompt {
  const { stable, changing } = sectionsOf(inputs);
  const { tools, skills } = inputs;
  const sizes = [...stable, ...changing].map(({ kind, name, text, cutFrom }) => ({
    kind,
    name,
    chars: text.length,
    tokens: textTokens(text),
    ...(cutFrom === undefined ? {} : { cutFrom }),
  }));
  const declared = tools.map((tool) => ({
    kind: "tools" as const,
    name: tool.name,
    chars: JSON.stringify(tool).length,
    tokens: declarationTokens(tool),
  }));
  return {
    stable: textOf(stable),
    changing: textOf(changing),
    parts: [...sizes, ...declared],
    ownTexts: [...OWN_TEXTS, contextFences(inputs.marker), skills.length > 0 ? SKILLS_INTRO : ""],
  };
}

interface Section {
  kind: Exclude<PromptPart["kind"], "tools">;
  name: string;
  text: string;
  cutFrom?: number;
}

function sectionsOf(inputs: PromptInputs): { stable: Section[]; changing: Section[] } {
  const { agent, marker, mode, skills, tools, turn, workspace } = inputs;
  const section = (name: string, text: string): Section[] =>
    text === "" ? [] : [{ kind: "section", name, text }];
  const isFull = mode === "full";
  const files = workspace.files.filter((file) => mayBeShown(file, inputs));
  const lasting = files.filter(({ isDaily, name }) => !isDaily && name !== "HEARTBEAT.md");
  const passing = files.filter((file) => !lasting.includes(file));
  return {
    stable: [
      ...section("identity", identityText(agent, isFull)),
      ...section("safety", OWN_TEXTS[isFull ? 0 : 1]),
      ...section("tools", toolsText(tools)),
      ...(isFull && skills.length > 0
        ? [
            {
              kind: "skills" as const,
              name: "skills",
              text: skillsText(skills.map((each) => harmless(each, marker))),
            },
          ]
        : []),
      ...section("workspace", workspaceText(workspace.directory, files)),
      ...section("replies", isFull ? replyText() : ""),
      ...lasting.map(fileSection),
      ...section("fences", contextFences(marker)),
    ],
    changing: [
      ...section("turn", nowText(inputs)),
      ...section(
        "group",
        turn.group === undefined ? "" : groupText(groupName(turn, marker), turn.group.activation),
      ),
      ...section(
        "task",
        turnText(
          turn.origin,
          turn.task === undefined ? "" : foreignName(turn.task, marker, 2_000),
          turn.mustTell,
        ),
      ),
      ...section("instructions", turn.instructions === undefined ? "" : instructionsText(turn, marker)),
      ...passing.map(fileSection),
    ],
  };
}

/** Whoever calls reads only what may be shown; that nothing else goes out does not depend on it. */
function mayBeShown({ name, isDaily }: WorkspaceFile, { mode, turn }: PromptInputs): boolean {
  if (mode === "minimal") return name === "AGENTS.md" || name === "TOOLS.md";
  if (name === "HEARTBEAT.md") return turn.origin === "heartbeat";
  const isPrivate = isDaily || /^(?:USER|BOOTSTRAP|MEMORY)\.md$/i.test(name);
  return !isPrivate || isOwnerAlone(turn);
}

function identityText({ name }: PromptInputs["agent"], isFull: boolean): string {
  return isFull
    ? `You are ${name}, a personal assistant who runs on the owner's own machine, in Clawdbot Companion.`
    : `You are a sub-agent of ${name}, an assistant on its owner's machine. You do one task and report the result.`;
}

function toolsText(tools: readonly ToolDeclaration[]): string {
  if (tools.length === 0)
    return "## Tools\nYou have no tools in this conversation. Do not pretend to have used any.";
  const lines = tools.map(({ name, description }) => `- ${name}: ${firstSentence(description)}`);
  return `## Tools\n${lines.join("\n")}\nCall only the tools you are given, by their exact names. Do what is routine without announcing it; say what you are about to do when it is long, risky or cannot be undone. When a call fails, read the reason before you try again, and never repeat the same call unchanged.`;
}

/** The whole of it stands with its parameters. */
function firstSentence(description: string): string {
  const line = description.split("\n", 1)[0] ?? "";
  return shortened(/^.*?[.!?](?=\s|$)/.exec(line)?.[0] ?? line, 160);
}

/** Whoever wrote them: neither a name nor a description can look like what is around it. */
function harmless({ name, description, location }: SkillLine, marker: string): SkillLine {
  return {
    name: foreignName(name, marker),
    description: foreignName(description, marker, 1_024),
    location: foreignName(location, marker, 500),
  };
}

function workspaceText(directory: string, files: readonly WorkspaceFile[]): string {
  const cut = files.filter(({ state }) => state === "cut");
  const lines = [
    "## Workspace",
    `Your working directory is ${directory}. Its files below are what you know; change them when you learn something that should last.`,
  ];
  if (cut.length > 0) {
    const names = cut.map(({ name }) => name).join(", ");
    lines.push(
      `Too long to be shown whole: ${names}. Read the file before you rely on the part that is missing.`,
    );
  }
  return lines.join("\n");
}

function fileSection({ name, text, state, chars }: WorkspaceFile): Section {
  const section: Section = { kind: "file", name, text: `## ${name}\n${text}` };
  return state === "cut" ? { ...section, cutFrom: chars } : section;
}

/** They are the owner's word, and no fence of ours all the same. */
function instructionsText({ instructions = "" }: TurnInputs, marker: string): string {
  return `## Instructions of the owner's program for this conversation\n${foreignText(instructions, marker)}`;
}

function groupName({ group }: TurnInputs, marker: string): string {
  return group?.name === undefined ? "a group" : `the group "${foreignName(group.name, marker)}"`;
}

function nowText({ runtime, time, turn }: PromptInputs): string {
  return [
    "## This turn",
    `Today is ${dayText(time.nowMs, time.zone)} (${time.zone}).`,
    `Channel: ${turn.channel}. Authority of whoever speaks: ${turn.authority}.`,
    ...(turn.sandbox === undefined ? [] : [`Tools run in a sandbox: ${turn.sandbox}.`]),
    `Runtime: clawdbot ${runtime.version}, ${runtime.os}, model ${runtime.model}, thinking ${runtime.thinking}.`,
  ].join("\n");
}

function textOf(sections: readonly Section[]): string {
  return sections.map(({ text }) => text).join("\n\n");
}

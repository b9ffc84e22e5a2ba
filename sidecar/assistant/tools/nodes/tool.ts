/** `nodes`: the owner's devices, what they see and what they can do. What comes from them was said and seen by whoever was there. */
import { CodedError } from "../../../../shared/errors.ts";
import { neutralLine } from "../../../../shared/foreign-text.ts";
import { chooseNode } from "../../../../shared/node-choice.ts";
import { isRecord } from "../../../../shared/protocol/frame.ts";
import type { NodeInfo } from "../../../../shared/protocol/methods/nodes.ts";
import type { MediaStore } from "../../../base/media/media-store.ts";
import type { Block } from "../../../base/store/message.ts";
import { mediaBlock } from "../../media/attachments.ts";
import { countArgument, textArgument } from "../arguments.ts";
import { isOwnersOwn } from "../owner-alone.ts";
import { type Tool, type ToolCall, type ToolResult, textResult } from "../tool.ts";
import type { NodePort, WaitingNode } from "./node-port.ts";

type Args = Readonly<Record<string, unknown>>;

const ACTIONS = [
  ...["status", "describe", "pending", "approve", "reject", "notify", "run"],
  ...["camera_list", "camera_snap", "camera_clip", "screen_record", "location_get"],
] as const;

/** More of an answer is not shown. */
const MOST_CHARS = 30_000;
const MOST_MEDIA_BYTES = 16_777_216;
/** How much longer than what it is asked for a node may take, in ms. */
const GRACE_MS = 15_000;
const RUN_MS = 30_000;
const CLIP_MS = 10_000;

const text = (description: string) => ({ type: "string", description });
const count = (description: string) => ({ type: "integer", minimum: 1, description });

export function nodesTool(nodes: NodePort, media: MediaStore): Tool {
  return {
    name: "nodes",
    group: "nodes",
    description:
      "The owner's devices (phones, computers): status lists them with what each can do; notify shows a notification; run starts a program (an array of words, no shell), only what the device allows; camera_snap takes a picture (front and back unless facing says one); camera_clip and screen_record make a film; location_get tells where a device is; pending, approve and reject are about devices that ask to be let in. Name the device by node, unless only one can do it.",
    parameters: {
      type: "object",
      properties: {
        action: { type: "string", enum: ACTIONS },
        node: text("Which device: its name, or its id"),
        requestId: text("Of approve and reject"),
        title: text("Of notify"),
        body: text("Of notify"),
        sound: text("Of notify"),
        priority: { type: "string", enum: ["passive", "active", "timeSensitive"] },
        delivery: { type: "string", enum: ["system", "overlay", "auto"] },
        facing: { type: "string", enum: ["front", "back", "both"] },
        maxWidth: count("Of a picture, in pixels"),
        quality: { type: "number", minimum: 0, maximum: 1 },
        delayMs: count("Before a picture is taken"),
        deviceId: text("Of a camera, from camera_list"),
        durationMs: count("Of a film"),
        includeAudio: { type: "boolean" },
        fps: count("Of screen_record"),
        screenIndex: { type: "integer", minimum: 0 },
        maxAgeMs: count("Of a location that is known already"),
        desiredAccuracy: { type: "string", enum: ["coarse", "balanced", "precise"] },
        command: {
          type: "array",
          items: { type: "string" },
          description: "Of run: the program and its words",
        },
        cwd: text("Of run: a folder of the device"),
        env: { type: "array", items: { type: "string" }, description: "Of run: NAME=value" },
        commandTimeoutMs: count("How long the program may run"),
        invokeTimeoutMs: count("How long the device may take"),
        needsScreenRecording: { type: "boolean" },
      },
      required: ["action"],
      additionalProperties: false,
    },
    hasSideEffect: true,
    readsForeign: true,
    isFor: isOwnersOwn,
    async run(args, call) {
      try {
        return await perform(args, call, { nodes, media });
      } catch (error) {
        // What a device says of its failure is for whoever asked, and no fault of ours.
        if (error instanceof CodedError) return textResult(`${error.code}: ${error.message}`, true);
        throw error;
      }
    },
  };
}

interface Place {
  nodes: NodePort;
  media: MediaStore;
}

async function perform(args: Args, call: ToolCall, place: Place): Promise<ToolResult> {
  const { nodes } = place;
  const action = textArgument(args, "action");
  switch (action) {
    case "status":
      return textResult(nodes.list().map(lineOf).join("\n") || "No device is paired or connected.");
    case "describe":
      return textResult(
        shortened(JSON.stringify(chooseNode(nodes.list(), textArgument(args, "node")), null, 1)),
      );
    case "pending":
      return textResult(nodes.pending().map(waitingLine).join("\n") || "No device waits.");
    case "approve":
    case "reject":
      return decide(action, args, call, nodes);
    case "notify":
      return await ask("system.notify", picked(args, NOTIFY), { args, call, place });
    case "run":
      return await runProgram(args, call, place);
    case "camera_list":
      return await ask("camera.list", {}, { args, call, place });
    case "camera_snap":
      return await snap(args, call, place);
    case "camera_clip":
      return await film("camera.clip", CLIP, { args, call, place });
    case "screen_record":
      return await film("screen.record", RECORD, { args, call, place });
    case "location_get":
      return await ask("location.get", picked(args, LOCATION), { args, call, place });
    default:
      throw new Error(
        `action must be one of ${ACTIONS.join(", ")}, and is ${JSON.stringify(action).slice(0, 80)}.`,
      );
  }
}

const NOTIFY = ["title", "body", "sound", "priority", "delivery"];
const SNAP = ["maxWidth", "quality", "delayMs", "deviceId"];
const CLIP = ["facing", "deviceId", "durationMs", "includeAudio"];
const RECORD = ["durationMs", "fps", "screenIndex", "includeAudio"];
const LOCATION = ["maxAgeMs", "desiredAccuracy"];

/** Who says that a device may come in is the owner, and nobody whose words came into the turn. */
function decide(
  action: "approve" | "reject",
  args: Args,
  { taintedBy }: ToolCall,
  nodes: NodePort,
): ToolResult {
  if (taintedBy !== undefined)
    return textResult(
      `Words of others came into this turn (${taintedBy}), so the owner decides: clawdbot nodes ${action} <request> on the gateway's machine, or asked for in a new message with the request's id.`,
      true,
    );
  const decided = nodes.decide(
    textArgument(args, "requestId"),
    action === "approve" ? "approved" : "rejected",
  );
  return textResult(`${nameOf(decided)} was ${action === "approve" ? "let in" : "turned away"}.`);
}

interface Asked {
  args: Args;
  call: ToolCall;
  place: Place;
}

async function ask(command: string, params: Args, asked: Asked): Promise<ToolResult> {
  const { node, payload } = await answerTo(command, params, asked);
  return textResult(`${nameOf(node)}: ${shortened(JSON.stringify(payload ?? null))}`);
}

async function answerTo(
  command: string,
  params: Args,
  { args, call, place: { nodes } }: Asked,
  atLeastMs = 0,
) {
  const node = nodeFor(command, args, nodes.list());
  const wanted = countArgument(args, "invokeTimeoutMs");
  const timeoutMs = Math.max(wanted ?? 0, atLeastMs) || undefined;
  const idempotencyKey = `${call.id} ${command} ${String(params.facing ?? "")}`.trim();
  const order = { nodeId: node.nodeId, command, params, timeoutMs, idempotencyKey };
  return { node, payload: await nodes.invoke(order, call.signal) };
}

/** The one that is named, else the only one that can do it. */
function nodeFor(command: string, args: Args, all: readonly NodeInfo[]): NodeInfo {
  if (args.node !== undefined) return chooseNode(all, textArgument(args, "node"));
  const able = all.filter(({ connected, commands }) => connected && commands.includes(command));
  const [only, another] = able;
  if (only !== undefined && another === undefined) return only;
  throw new Error(
    only === undefined
      ? `No connected device offers ${command}.`
      : `Several devices offer ${command}: name one of ${able.map(nameOf).join(", ")} by node.`,
  );
}

async function runProgram(args: Args, call: ToolCall, place: Place): Promise<ToolResult> {
  const { command, env } = args;
  if (!isTexts(command) || command.length === 0) throw new Error("command must be an array of words.");
  const commandTimeoutMs = countArgument(args, "commandTimeoutMs") ?? RUN_MS;
  const params = {
    ...picked(args, ["cwd", "needsScreenRecording"]),
    command,
    timeoutMs: commandTimeoutMs,
    ...(env === undefined ? {} : { env: variablesIn(env) }),
  };
  const asked = { args, call, place };
  const { node, payload } = await answerTo("system.run", params, asked, commandTimeoutMs + GRACE_MS);
  const { success } = isRecord(payload) ? payload : {};
  return textResult(`${nameOf(node)}: ${shortened(JSON.stringify(payload ?? null))}`, success === false);
}

/** Of both sides unless one is asked for; a device that has only one says so of the other. */
async function snap(args: Args, call: ToolCall, place: Place): Promise<ToolResult> {
  const facings =
    args.facing === undefined || args.facing === "both" ? ["front", "back"] : [String(args.facing)];
  const blocks: Block[] = [];
  const failures: unknown[] = [];
  for (const facing of args.deviceId === undefined ? facings : [undefined]) {
    const params = { ...picked(args, SNAP), ...(facing && { facing }), format: "jpg" };
    try {
      const { node, payload } = await answerTo("camera.snap", params, { args, call, place });
      blocks.push(
        ...(await kept(payload, "image/jpeg", `${nameOf(node)}${facing ? `, ${facing}` : ""}`, place)),
      );
    } catch (error) {
      failures.push(error);
    }
  }
  if (blocks.length === 0) throw failures[0];
  return { content: blocks };
}

async function film(command: string, names: readonly string[], asked: Asked): Promise<ToolResult> {
  const { args } = asked;
  const durationMs = countArgument(args, "durationMs") ?? CLIP_MS;
  const params = { ...picked(args, names), durationMs, format: "mp4" };
  const { node, payload } = await answerTo(command, params, asked, durationMs + 2 * GRACE_MS);
  return { content: await kept(payload, "video/mp4", nameOf(node), asked.place) };
}

/** What was seen, as a file of the media store, and what the device says of it. */
async function kept(payload: unknown, declared: string, from: string, { media }: Place): Promise<Block[]> {
  const { base64, ...facts } = isRecord(payload) ? payload : {};
  if (typeof base64 !== "string" || base64 === "")
    throw new Error(`${from} sent nothing that could be seen.`);
  const bytes = Buffer.from(base64, "base64");
  const found = await media.keep([bytes], { name: from, declared, mostBytes: MOST_MEDIA_BYTES });
  return [
    {
      type: "text",
      text: `${from}: ${shortened(JSON.stringify(facts))}, kept as ${media.pathOf(found.mediaId)}`,
    },
    mediaBlock(found, undefined),
  ];
}

function picked(args: Args, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])));
}

function variablesIn(env: unknown): Record<string, string> {
  if (!isTexts(env)) throw new Error("env must be an array of NAME=value.");
  return Object.fromEntries(
    env.map((each) => {
      const at = each.indexOf("=");
      if (at < 1) throw new Error(`env holds ${JSON.stringify(each).slice(0, 80)}, which is no NAME=value.`);
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function lineOf(node: NodeInfo): string {
  const state = node.connected ? `connected, offers ${node.commands.join(", ") || "nothing"}` : "away";
  return `${nameOf(node)} (${node.nodeId.slice(0, 12)}): ${state}`;
}

function waitingLine(waiting: WaitingNode): string {
  return `${nameOf(waiting)} from ${waiting.remoteIp ?? "a proxy"}: request ${waiting.requestId}`;
}

function nameOf({
  displayName,
  nodeId,
  platform,
}: Pick<WaitingNode, "displayName" | "nodeId" | "platform">): string {
  return neutralLine(`${displayName ?? nodeId}${platform === undefined ? "" : ` (${platform})`}`);
}

function shortened(json: string): string {
  return json.length <= MOST_CHARS
    ? json
    : `${json.slice(0, MOST_CHARS)}… (${json.length} characters in all)`;
}

/** The mind of an agent: the model that the configuration and the session choose, told who it is, where it works and what was said. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../shared/clock.ts";
import type { GatewayConfig } from "../../shared/config/schema.ts";
import { SetupError } from "../../shared/errors.ts";
import { advice, ours } from "../../shared/remedy.ts";
import { APP_VERSION } from "../../shared/version.ts";
import type { Logger } from "../base/log/logger.ts";
import type { MediaStore } from "../base/media/media-store.ts";
import { type MediaBlock, textOf } from "../base/store/message.ts";
import type { EntryRow, SessionFields, SessionStore, StartedTurn } from "../base/store/session-store.ts";
import { LEAST_WINDOW } from "./compaction/when.ts";
import { type AnswerFiles, keepAnswerFiles } from "./media/answer-files.ts";
import { PictureFit } from "./media/picture-fit.ts";
import { entriesWithPictures, picturesIn } from "./media/referred.ts";
import { isScalable } from "./media/scale/job.ts";
import { ShownMedia } from "./media/shown-media.ts";
import { mediaWords } from "./media/words.ts";
import { ECHO } from "./models/echo.ts";
import { IMAGE_TYPES, imageLimitOf, imageLimitsOf } from "./models/image-limits.ts";
import { type Model, referenceOf, type ThinkingLevel } from "./models/model.ts";
import type { ModelRegistry } from "./models/model-registry.ts";
import { levelInForce } from "./models/thinking.ts";
import { fencedForeign, type MessageParts, sessionMarker } from "./prompt/envelope.ts";
import { deliveryOf } from "./prompt/outbound.ts";
import type { PruningDecisions } from "./prompt/pruning.ts";
import { hostTime, type PromptSettings, promptSettings } from "./prompt/settings.ts";
import type { SkillLine } from "./prompt/skills-text.ts";
import { type SystemPrompt, systemPrompt } from "./prompt/system-prompt.ts";
import { declarationTokens, textTokens } from "./prompt/tokens.ts";
import { isOwnerAlone, type TurnInputs } from "./prompt/turn.ts";
import { type ViewEntry, viewOf } from "./prompt/view.ts";
import { roomOf } from "./sandbox/rooms.ts";
import { sandboxOf } from "./sandbox/settings.ts";
import { sandboxLine } from "./sandbox/words.ts";
import type { SkillBook } from "./skills/skill-book.ts";
import type { Tool } from "./tools/tool.ts";
import type { Mind, Thought, ToolOffer } from "./turns/mind.ts";
import { languageOf } from "./turns/words.ts";
import { identityOf, NAMELESS } from "./workspace/agent-identity.ts";
import { countBootstrapTurn } from "./workspace/bootstrap.ts";
import { createWorkspace } from "./workspace/create.ts";
import { type Reader, WorkspaceFiles } from "./workspace/files.ts";
import { type WorkspacePaths, workspaceCommand, workspaceOf } from "./workspace/place.ts";

/** What the mind goes by. */
export interface MindPlace {
  store: SessionStore;
  clock: Clock;
  log: Logger;
  config: () => GatewayConfig;
  paths: WorkspacePaths;
  stateDir: string;
  models: ModelRegistry;
  media: MediaStore;
  skills: Pick<SkillBook, "linesFor">;
}

/** Unless more is asked for, an answer takes no more tokens than this. */
const OUTPUT_CAP = 16_384;

export class AgentMind implements Mind {
  #place: MindPlace;
  #workspaces = new Map<string, WorkspaceFiles>();
  #pictures: PictureFit;
  #secret: Promise<string> | undefined;

  constructor(place: MindPlace) {
    this.#place = place;
    this.#pictures = new PictureFit({ store: place.media, clock: place.clock });
  }

  async think(turn: StartedTurn, offer: ToolOffer): Promise<Thought> {
    const { store, config, models } = this.#place;
    const fields = (await store.get(turn.sessionKey))?.fields ?? {};
    const plain = await models.candidates(withModel(fields, turn.options.model), turn.agentId);
    const hasPictures = entriesWithPictures(turn.conversation, turn.id).size > 0;
    const candidates = hasPictures ? await models.seeing(plain) : plain;
    const model = models.modelOf(candidates[0]);
    const answer: Thought["answer"] = (request, gate) => models.answer(candidates, request, gate);
    // It repeats what was said, and works nowhere.
    if (candidates[0].facts === ECHO) return echoThought(model, answer);
    if (model.contextWindow < LEAST_WINDOW) throw tooSmall(model);
    const tools = offer(model);
    const settings = promptSettings(config(), model.provider, hostTime());
    const thinking = levelInForce(
      [turn.options.thinking, fields.thinkingLevel, config().agents?.defaults?.thinkingDefault],
      model.reasoning,
    );
    const marker = sessionMarker(await this.#fenceSecret(), turn.sessionId);
    const prompt = await this.#prompt(turn, { fields, settings, marker, thinking, model, tools });
    const limits = imageLimitsOf(candidates.map(({ facts }) => facts));
    const media = new ShownMedia(this.#pictures, limits);
    return {
      model,
      tools,
      notices: () => this.#notices(turn, model, media),
      request: async (conversation) => ({
        system: { stable: prompt.stable, changing: prompt.changing },
        conversation: await media.of(
          await this.#view(conversation, turn, { settings, marker, prompt, tools, model }),
        ),
        tools: tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
        thinking,
        maxOutputTokens: Math.min(model.maxOutputTokens, turn.options.maxOutputTokens ?? OUTPUT_CAP),
      }),
      answer,
      filesOf: (text) => this.#filesOf(text, turn),
      parts: prompt.parts,
      shown: deliveryOf({ marker, systemText: prompt.ownTexts }),
    };
  }

  async #prompt(
    turn: StartedTurn,
    about: {
      fields: SessionFields;
      settings: PromptSettings;
      marker: string;
      thinking: ThinkingLevel;
      model: Model;
      tools: readonly Tool[];
    },
  ): Promise<SystemPrompt> {
    const { clock, config, paths } = this.#place;
    const { fields, settings, marker, thinking, model, tools } = about;
    const inputs = { ...turnInputs(turn, fields), ...this.#sandbox(turn, tools) };
    const files = await this.#workspace(turn.agentId);
    const nowMs = clock.now();
    if (isOwnerAlone(inputs) && turn.inputs.length > 0 && inputs.origin === "chat")
      await this.#countBootstrap(files.directory);
    const reader = { isOwnerAlone: isOwnerAlone(inputs), turn: readerOf(inputs.origin, turn.options) };
    const identity = identityOf(config(), turn.agentId, paths);
    return systemPrompt({
      mode: inputs.origin === "subagent" ? "minimal" : "full",
      agent: { id: turn.agentId, name: identity.name ?? NAMELESS.name },
      marker,
      tools,
      skills: inputs.origin === "subagent" ? [] : await this.#skills(turn, tools),
      workspace: {
        directory: files.directory.replace(paths.home, "~"),
        files: files.read(reader, settings.caps, { nowMs, zone: settings.zone }),
      },
      runtime: {
        version: APP_VERSION,
        os: `${process.platform} (${process.arch})`,
        model: `${model.provider}/${model.id}`,
        thinking,
      },
      time: { nowMs, zone: settings.zone },
      turn: inputs,
    });
  }

  /** Nobody is told of one who has no tool to meet it with. */
  #sandbox(turn: StartedTurn, tools: readonly Tool[]): Pick<TurnInputs, "sandbox"> {
    const sandbox = sandboxOf(this.#place.config(), turn);
    const isMet = tools.some(({ group }) => group === "fs" || group === "runtime");
    return sandbox === undefined || !isMet ? {} : { sandbox: sandboxLine(sandbox) };
  }

  /** An answer without them is better than none. */
  async #skills(turn: StartedTurn, tools: readonly Tool[]): Promise<readonly SkillLine[]> {
    try {
      return await this.#place.skills.linesFor(turn, tools);
    } catch (error) {
      this.#place.log.error({ err: error, agent: turn.agentId }, "the skills of the agent cannot be listed");
      return [];
    }
  }

  async #view(
    conversation: readonly EntryRow[],
    turn: StartedTurn,
    about: {
      settings: PromptSettings;
      marker: string;
      prompt: SystemPrompt;
      tools: readonly Tool[];
      model: Model;
    },
  ) {
    const { store, clock } = this.#place;
    const { settings, marker, prompt, tools, model } = about;
    const entries = conversation.map((entry) => viewEntry(entry, marker));
    const envelope = { ...settings.envelope, marker };
    const imagesOf = entriesWithPictures(conversation, turn.id);
    if (settings.pruning === undefined) return viewOf(entries, { envelope, imagesOf }).messages;
    // A note of the gateway took no call.
    const lastCallMs = conversation.findLast(
      ({ message }) => message.usage !== undefined && message.stopReason !== "injected",
    )?.createdAtMs;
    const fixedTokens =
      textTokens(prompt.stable) +
      textTokens(prompt.changing) +
      tools.reduce((sum, tool) => sum + declarationTokens(tool), 0);
    const former = await this.#decisions(turn.sessionId);
    const { messages, decisions } = viewOf(entries, {
      envelope,
      imagesOf,
      pruning: {
        rules: settings.pruning,
        situation: {
          contextWindow: model.contextWindow,
          fixedTokens,
          sinceLastCallMs: lastCallMs === undefined ? undefined : clock.now() - lastCallMs,
        },
        decisions: former,
      },
    });
    // What was decided stays decided, in the next process as well: the provider keeps what begins with the same bytes.
    if (decisions !== former && decisions.size > former.size)
      await store.remember("pruning", turn.sessionId, JSON.stringify([...decisions]), clock.now());
    return messages;
  }

  /** What the model is not shown of the pictures that came: once for a model that takes none, and of each picture that it cannot take. */
  async #notices(turn: StartedTurn, model: Model, media: ShownMedia): Promise<string[]> {
    const { config, store, clock } = this.#place;
    const own = turn.conversation.filter(({ turnId }) => turnId === turn.id);
    const pictures = own.flatMap(({ message }) => picturesIn(message));
    if (pictures.length === 0 || turn.attempts > 1) return [];
    const words = mediaWords(languageOf(turn, config()));
    const name = referenceOf(model);
    if (model.input.includes("image")) {
      const told = pictures.map((picture) => whyNotShown(picture, model, { media, words }));
      return (await Promise.all(told)).filter((each) => each !== undefined);
    }
    const key = `images ${turn.sessionId} ${name}`;
    if ((await store.remembered("told", key)) !== undefined) return [];
    await store.remember("told", key, "told", clock.now());
    return [words.takesNone(name)];
  }

  /** Only the owner is sent what lies in the work directory: everybody else gets what they could get anyway. */
  async #filesOf(text: string, turn: StartedTurn): Promise<AnswerFiles> {
    const { media, config, paths } = this.#place;
    const sandbox = sandboxOf(config(), turn);
    const directory =
      sandbox === undefined
        ? workspaceOf(config(), turn.agentId, paths)
        : roomOf(this.#place, sandbox, turn).directory;
    const own = turn.authority === "owner" ? [directory] : [];
    return await keepAnswerFiles(text, { folders: [...own, media.folder], store: media });
  }

  async #decisions(sessionId: string): Promise<PruningDecisions> {
    const kept = await this.#place.store.remembered("pruning", sessionId);
    return kept === undefined ? new Map() : (new Map(JSON.parse(kept)) as PruningDecisions);
  }

  /** Made when it is first needed. Fails with `WORKSPACE_UNUSABLE`. */
  async #workspace(agentId: string): Promise<WorkspaceFiles> {
    const { config, paths } = this.#place;
    const directory = workspaceOf(config(), agentId, paths);
    const known = this.#workspaces.get(directory);
    if (known !== undefined) return known;
    const skipBootstrap = config().agents?.defaults?.skipBootstrap === true;
    await createWorkspace(directory, { skipBootstrap, choose: workspaceCommand(config(), agentId) });
    const files = new WorkspaceFiles(directory);
    this.#workspaces.set(directory, files);
    return files;
  }

  async #countBootstrap(directory: string): Promise<void> {
    const { store, clock, log } = this.#place;
    const memory = {
      read: async (place: string) => {
        const kept = await store.remembered("bootstrap", place);
        return kept === undefined ? undefined : JSON.parse(kept);
      },
      write: (place: string, record: object) =>
        store.remember("bootstrap", place, JSON.stringify(record), clock.now()),
    };
    await countBootstrapTurn(directory, memory, clock.now()).catch((error: unknown) =>
      log.warn({ err: error, directory }, "BOOTSTRAP.md could not be taken away"),
    );
  }

  /** Drawn once for the store: fences are the same after a restart. */
  #fenceSecret(): Promise<string> {
    this.#secret ??= this.#keptSecret().catch((error: unknown) => {
      // A disk that is full now is not full for ever.
      this.#secret = undefined;
      throw error;
    });
    return this.#secret;
  }

  async #keptSecret(): Promise<string> {
    const { store, clock } = this.#place;
    const known = await store.remembered("secret", "fences");
    if (known !== undefined) return known;
    const drawn = randomBytes(32).toString("base64url");
    await store.remember("secret", "fences", drawn, clock.now());
    return drawn;
  }
}

async function whyNotShown(
  picture: MediaBlock,
  model: Model,
  { media, words }: { media: ShownMedia; words: ReturnType<typeof mediaWords> },
): Promise<string | undefined> {
  const { name, mimeType, sizeBytes } = picture;
  const file = name ?? mimeType;
  if (!IMAGE_TYPES.includes(mimeType)) return words.unknownKind(file, mimeType);
  const why = await media.whyLeftOut(picture);
  if (why !== undefined) return words.leftOut(file, why, referenceOf(model));
  const most = imageLimitOf(model);
  return !isScalable(mimeType) && sizeBytes > most
    ? words.tooLarge(file, sizeBytes, most, referenceOf(model))
    : undefined;
}

/** With less there is no room for prompt, tools and a conversation. */
function tooSmall({ provider, id, contextWindow }: Model): SetupError {
  const name = `${provider}/${id}`;
  return new SetupError(
    "MODEL_WINDOW_SMALL",
    advice`The model ${name} has a window of ${contextWindow} tokens, and an assistant takes ${LEAST_WINDOW}.`,
    { fix: advice`choose another: ${ours`models list`}` },
  );
}

function echoThought(model: Model, answer: Thought["answer"]): Thought {
  return {
    model,
    tools: [],
    request: async (conversation) => ({
      system: { stable: "", changing: "" },
      conversation: conversation.map(({ message }) => message),
      tools: [],
      thinking: "off",
      maxOutputTokens: model.maxOutputTokens,
    }),
    answer,
    parts: [],
    shown: (text) => text.trim(),
  };
}

function viewEntry({ id, type, state, message }: EntryRow, marker: string): ViewEntry {
  if (type !== "compaction")
    return {
      id,
      state,
      message,
      ...(message.parts && { parts: message.parts as unknown as MessageParts[] }),
    };
  const text = fencedForeign("summary", textOf(message), marker);
  return { id, state, message: { ...message, content: [{ type: "text", text }] } };
}

/** What was asked for one message counts more than what was chosen for the conversation. */
function withModel(fields: SessionFields, model: string | undefined): SessionFields {
  if (model === undefined) return fields;
  const [provider = "", ...rest] = model.split("/");
  return { ...fields, providerOverride: provider, modelOverride: rest.join("/") };
}

function turnInputs(turn: StartedTurn, fields: SessionFields): TurnInputs {
  const { sessionKey, principal, authority, origin, options } = turn;
  const isGroup = /:(group|channel):/.test(sessionKey);
  const { subject, groupActivation } = fields;
  return {
    origin: ORIGINS[origin],
    channel: principal.split(":", 1)[0] || "webchat",
    authority,
    ...(options.task !== undefined && { task: options.task }),
    ...(options.mustTell === true && { mustTell: true }),
    ...(authority === "owner" && options.instructions && { instructions: options.instructions }),
    ...(isGroup && {
      group: {
        ...(typeof subject === "string" && { name: subject }),
        activation: groupActivation === "always" ? ("always" as const) : ("mention" as const),
      },
    }),
  };
}

function readerOf(origin: TurnInputs["origin"], { isLight }: StartedTurn["options"]): Reader["turn"] {
  if (origin === "heartbeat") return isLight === true ? "light" : "heartbeat";
  return origin === "subagent" ? origin : "chat";
}

const ORIGINS: Readonly<Record<StartedTurn["origin"], TurnInputs["origin"]>> = {
  chat: "chat",
  channel: "chat",
  background: "chat",
  api: "api",
  cron: "cron",
  heartbeat: "heartbeat",
  hook: "hook",
  subagent: "subagent",
  report: "report",
};

/** A chat in a terminal: keys come in, the conversation is drawn above the line that is being typed. */
import { createInterface, emitKeypressEvents, type Key } from "node:readline";
import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import type { Clock } from "../../../shared/clock.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralText, shortened } from "../../../shared/foreign-text.ts";
import { advice, type Remedy } from "../../../shared/remedy.ts";
import { thoughtMark } from "../ask.ts";
import type { Output } from "../output.ts";
import { type ChatCommand, complete, remoteCommands } from "./completion.ts";
import type { ChatView, Conversation } from "./conversation.ts";
import { LineEditor } from "./editor.ts";
import type { InputHistory } from "./input-history.ts";
import { type Paint, Screen, type ScreenStream } from "./screen.ts";

/** Both ends of the terminal. */
export interface ChatTerminal {
  input: ReadStream;
  output: ScreenStream & NodeJS.EventEmitter;
}

export interface InteractivePlace {
  terminal: ChatTerminal;
  output: Output;
  history: InputHistory;
  clock: Clock;
  /** Of the texts that the gateway has in several languages. */
  language: string;
  converse: (view: ChatView) => Conversation;
}

/** A second Ctrl-C within this time leaves, in ms. */
const LEAVE_WITHIN_MS = 2_000;
/** What follows Escape within this time belongs to it, in ms. */
const ESCAPE_MS = 40;
const SECOND_MS = 1_000;
const MOST_CHOICES = 40;
/** The terminal tells what is pasted from what is typed. */
const PASTES = { on: "\u001b[?2004h", off: "\u001b[?2004l" };

/** Chats until the person leaves or the gateway lets us in no more. Returns the exit code; fails as `connectTo` does. */
export async function chatInteractively(place: InteractivePlace): Promise<number> {
  const chat = new InteractiveChat(place);
  return chat.run();
}

class InteractiveChat implements ChatView {
  readonly #place: InteractivePlace;
  readonly #screen: Screen;
  readonly #editor: LineEditor;
  readonly #conversation: Conversation;
  readonly #ownCommands: ChatCommand[];
  #remoteCommands: ChatCommand[] | undefined;
  #leave: (code: number) => void = () => {};
  #isDrawn = true;
  #isOpen = false;
  #isPasting = false;
  /** On the monotonic clock; undefined while no answer is awaited. */
  #busySince: number | undefined;
  #hint: string | undefined;
  #leavesUntil = Number.NEGATIVE_INFINITY;
  #isHistoryLost = false;
  /** What is being written. */
  #growing: "answer" | "thought" | undefined;

  constructor(place: InteractivePlace) {
    this.#place = place;
    this.#screen = new Screen(place.terminal.output);
    this.#editor = new LineEditor(place.history.read());
    this.#conversation = place.converse(this);
    const { output } = place;
    this.#ownCommands = [
      { name: "/exit", help: output.spell(advice`leave the chat`) },
      { name: "/keys", help: output.spell(advice`show what the keys do`) },
    ];
  }

  async run(): Promise<number> {
    const { output, terminal, clock } = this.#place;
    await output.during("Asking the gateway", this.#conversation.start());
    const left = new Promise<number>((resolve) => {
      this.#leave = resolve;
    });
    const closeTerminal = this.#openTerminal();
    const tick = clock.every(SECOND_MS, () => {
      if (this.#busySince !== undefined) this.#change();
    });
    try {
      this.#printDim(
        advice`${this.#conversation.sessionKey} · Enter sends, Esc stops, Ctrl-D leaves, /keys shows more`,
      );
      this.#isOpen = true;
      this.#change();
      terminal.input.resume();
      return await left;
    } finally {
      tick.dispose();
      this.#conversation.close();
      this.#isOpen = false;
      this.#screen.clear();
      closeTerminal();
      this.#tellUnsent();
    }
  }

  // What the conversation tells

  said(role: "user" | "assistant" | "tool", text: string): void {
    const clean = neutralText(text);
    if (role === "tool") this.#print(shortened(`· ${clean.replaceAll("\n", " ")}`, 200), this.#dim);
    else if (role === "user") this.#print(`\n${marked(clean)}`, this.#bold);
    else {
      this.#screen.endText();
      this.#screen.print("");
      this.#screen.write(clean);
      this.#screen.endText();
      this.#change();
    }
  }

  answering(more: string): void {
    this.#grow("answer", "", more);
  }

  answerEnded(): void {
    this.#endGrowing();
  }

  thinking(more: string): void {
    this.#grow("thought", thoughtMark(this.#place.output), more);
  }

  thoughtEnded(): void {
    this.#endGrowing();
  }

  note(text: Remedy): void {
    this.#printDim(text);
  }

  failed(error: unknown): void {
    const { output } = this.#place;
    const mark = output.unicode ? "✗" : "x";
    this.#print(`${mark} ${neutralText(output.told(error))}`, this.#red);
  }

  busy(isBusy: boolean): void {
    const { clock } = this.#place;
    if (isBusy) this.#busySince ??= clock.monotonicMs();
    else this.#busySince = undefined;
    this.#change();
  }

  over(error: unknown): void {
    this.failed(error);
    this.#leave(EXIT.failure);
  }

  // The terminal

  #openTerminal(): () => void {
    const { input, output } = this.#place.terminal;
    // Only its patience with Escape is used.
    const timing = createInterface({ input: new PassThrough(), escapeCodeTimeout: ESCAPE_MS });
    const onKey = (text: string | undefined, key: Key) => this.#press(text ?? "", key);
    const onResize = () => this.#draw();
    const onEnd = () => this.#leave(EXIT.ok);
    const restore = () => {
      input.setRawMode(false);
      output.write(PASTES.off);
    };
    const onContinue = () => this.#raw();
    emitKeypressEvents(input, timing);
    this.#raw();
    input.on("keypress", onKey).on("end", onEnd);
    output.on("resize", onResize);
    process.on("SIGCONT", onContinue).once("exit", restore);
    return () => {
      input.off("keypress", onKey).off("end", onEnd).pause();
      output.off("resize", onResize);
      process.off("SIGCONT", onContinue).off("exit", restore);
      timing.close();
      restore();
    };
  }

  #raw(): void {
    const { input, output } = this.#place.terminal;
    input.setRawMode(true);
    output.write(PASTES.on);
    this.#change();
  }

  #press(text: string, key: Key): void {
    if (key.name === "paste-start" || key.name === "paste-end") {
      this.#isPasting = key.name === "paste-start";
      return;
    }
    this.#hint = undefined;
    if (this.#isPasting) this.#editor.insert(pasted(text, key));
    else this.#act(text, key);
    this.#change();
  }

  #act(text: string, key: Key): void {
    const { name = "", ctrl = false, meta = false } = key;
    const combination = `${ctrl ? "ctrl-" : ""}${meta ? "meta-" : ""}${name}`;
    const act = this.#acts[combination];
    const edit = EDITS[combination];
    if (act !== undefined) act();
    else if (edit !== undefined) edit(this.#editor);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a key that types nothing.
    else if (!ctrl && !meta && !/[\u0000-\u001f\u007f]/.test(text)) this.#editor.insert(text);
  }

  /** Keys that do more than to change what is typed. */
  readonly #acts: Readonly<Record<string, () => void>> = {
    "ctrl-c": () => this.#interrupt(),
    "ctrl-d": () => this.#endOrDelete(),
    escape: () => this.#stop(),
    "meta-escape": () => this.#stop(),
    return: () => this.#enter(),
    tab: () => this.#complete(),
    "ctrl-l": () => this.#screen.wipe(),
    "ctrl-z": () => this.#suspend(),
  };

  #interrupt(): void {
    const { clock, output } = this.#place;
    const now = clock.monotonicMs();
    if (now < this.#leavesUntil) this.#leave(EXIT.ok);
    this.#leavesUntil = now + LEAVE_WITHIN_MS;
    if (this.#editor.text !== "") this.#editor.clear();
    else this.#stop();
    this.#hint = output.spell(advice`Ctrl-C again leaves`);
    clock.after(LEAVE_WITHIN_MS, () => {
      this.#hint = undefined;
      this.#change();
    });
  }

  #endOrDelete(): void {
    if (this.#editor.text === "") this.#leave(EXIT.ok);
    else this.#editor.deleteAfter();
  }

  #stop(): void {
    if (this.#conversation.isBusy) void this.#conversation.abort();
  }

  #enter(): void {
    if (this.#editor.beforeCursor.endsWith("\\")) this.#editor.replaceBefore(1, "\n");
    else if (this.#editor.text.trim() === "") this.#editor.clear();
    else this.#sendOff(this.#editor.take());
  }

  #sendOff(text: string): void {
    const command = text.trim();
    this.#keep(text);
    if (command === "/exit" || command === "/quit") this.#leave(EXIT.ok);
    else if (command === "/keys") this.#showKeys();
    else this.#conversation.send(text);
  }

  #keep(text: string): void {
    const reason = this.#place.history.add(text);
    if (reason === undefined || this.#isHistoryLost) return;
    this.#isHistoryLost = true;
    this.note(advice`What you type is not kept for the next chat: ${reason}`);
  }

  #complete(): void {
    const before = this.#editor.beforeCursor;
    if (!before.startsWith("/")) return;
    void this.#commands().then((commands) => {
      if (this.#editor.beforeCursor !== before) return;
      const completion = complete(before, commands);
      if (completion === undefined) return;
      this.#editor.replaceBefore(before.length, completion.word);
      if (completion.choices.length > 1 && completion.word === before) this.#showChoices(completion.choices);
      this.#change();
    });
  }

  /** The gateway's own list goes before ours where both have a word. */
  async #commands(): Promise<ChatCommand[]> {
    const { connection, sessionKey } = this.#conversation;
    try {
      if (connection !== undefined)
        this.#remoteCommands ??= await remoteCommands(connection, sessionKey, this.#place.language);
    } catch {
      // The commands of the chat itself are there all the same, and the next Tab asks again.
    }
    const all = [...this.#ownCommands, ...(this.#remoteCommands ?? [])];
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #showChoices(choices: readonly ChatCommand[]): void {
    const shown = choices.slice(0, MOST_CHOICES);
    const longest = Math.max(...shown.map(({ name }) => name.length));
    const rows = shown.map(({ name, help }) => `  ${name.padEnd(longest)}  ${help}`.trimEnd());
    const more = choices.length > shown.length ? ["  …"] : [];
    this.#print(["", ...rows, ...more].join("\n"), this.#dim);
  }

  #showKeys(): void {
    const { output } = this.#place;
    this.#print("", this.#dim);
    for (const line of KEYS_HELP) this.#print(`  ${output.spell(line)}`, this.#dim);
  }

  #suspend(): void {
    if (process.platform === "win32") return;
    const { input, output } = this.#place.terminal;
    this.#screen.clear();
    input.setRawMode(false);
    output.write(PASTES.off);
    process.kill(process.pid, "SIGTSTP");
  }

  // The screen

  readonly #dim: Paint = (row) => this.#painted("2", row);
  readonly #bold: Paint = (row) => this.#painted("1", row);
  readonly #red: Paint = (row) => this.#painted("31", row);

  #painted(style: string, row: string): string {
    return this.#place.output.color && row !== "" ? `\u001b[${style}m${row}\u001b[0m` : row;
  }

  #printDim(text: Remedy): void {
    this.#print(neutralText(this.#place.output.spell(text)), this.#dim);
  }

  /** `mark` stands before the first of it. */
  #grow(what: "answer" | "thought", mark: string, more: string): void {
    if (this.#growing !== what) {
      this.#screen.endText();
      this.#screen.print("");
    }
    this.#screen.write(this.#growing === what ? more : mark + more);
    this.#growing = what;
    this.#change();
  }

  #endGrowing(): void {
    this.#growing = undefined;
    this.#screen.endText();
    this.#change();
  }

  #print(text: string, paint: Paint): void {
    this.#growing = undefined;
    this.#screen.print(text, paint);
    this.#change();
  }

  /** Several changes in a row are drawn once. */
  #change(): void {
    if (!this.#isDrawn || !this.#isOpen) return;
    this.#isDrawn = false;
    setImmediate(() => this.#draw());
  }

  #draw(): void {
    this.#isDrawn = true;
    if (!this.#isOpen) return;
    const prompt = this.#place.output.unicode ? "❯ " : "> ";
    this.#screen.draw({
      above: ["", ...this.#status().map(this.#dim)],
      text: this.#editor.text,
      cursor: this.#editor.cursor,
      prompt,
    });
  }

  #status(): string[] {
    const { clock, output } = this.#place;
    if (this.#hint !== undefined) return [this.#hint];
    if (this.#busySince === undefined) return [];
    const seconds = Math.floor((clock.monotonicMs() - this.#busySince) / SECOND_MS);
    return [output.spell(advice`answering… ${seconds} s (Esc stops)`)];
  }

  /** Nothing that was typed is lost without a word. */
  #tellUnsent(): void {
    const { output } = this.#place;
    for (const text of this.#conversation.unsent)
      output.note(
        advice`The gateway has not taken: ${shortened(neutralText(text).replaceAll("\n", " "), 200)}`,
      );
  }
}

/** Keys that change what is typed, by modifiers and name. */
const EDITS: Readonly<Record<string, (editor: LineEditor) => void>> = {
  "meta-return": (editor) => editor.insert("\n"),
  enter: (editor) => editor.insert("\n"),
  left: (editor) => editor.left(),
  "ctrl-b": (editor) => editor.left(),
  right: (editor) => editor.right(),
  "ctrl-f": (editor) => editor.right(),
  "ctrl-left": (editor) => editor.wordLeft(),
  "meta-left": (editor) => editor.wordLeft(),
  "meta-b": (editor) => editor.wordLeft(),
  "ctrl-right": (editor) => editor.wordRight(),
  "meta-right": (editor) => editor.wordRight(),
  "meta-f": (editor) => editor.wordRight(),
  home: (editor) => editor.home(),
  "ctrl-a": (editor) => editor.home(),
  end: (editor) => editor.end(),
  "ctrl-e": (editor) => editor.end(),
  up: (editor) => editor.up(),
  "ctrl-p": (editor) => editor.up(),
  down: (editor) => editor.down(),
  "ctrl-n": (editor) => editor.down(),
  backspace: (editor) => editor.deleteBefore(),
  "ctrl-h": (editor) => editor.deleteBefore(),
  delete: (editor) => editor.deleteAfter(),
  "ctrl-w": (editor) => editor.deleteWordBefore(),
  "meta-backspace": (editor) => editor.deleteWordBefore(),
  "meta-d": (editor) => editor.deleteWordAfter(),
  "ctrl-u": (editor) => editor.deleteToHome(),
  "ctrl-k": (editor) => editor.deleteToEnd(),
};

const KEYS_HELP: readonly Remedy[] = [
  advice`Enter sends; Alt+Enter, Ctrl-J or a backslash before Enter begins another line`,
  advice`Esc stops the answer; Ctrl-C clears what is typed or stops, and leaves when it comes twice`,
  advice`Up and Down go through what was typed before; Tab completes a command after /`,
  advice`Ctrl-A and Ctrl-E go to the ends of the line; Ctrl-W, Ctrl-U and Ctrl-K delete a word, what is before, what is after`,
  advice`Ctrl-L clears the screen; Ctrl-D in an empty line or /exit leaves`,
];

/** Lines of one's own message are told from the answer without colours as well. */
function marked(text: string): string {
  return text
    .split("\n")
    .map((line, index) => `${index === 0 ? "> " : "  "}${line}`)
    .join("\n");
}

function pasted(text: string, { name, sequence = "" }: Key): string {
  if (name === "return" || name === "enter") return "\n";
  return neutralText(text || sequence);
}

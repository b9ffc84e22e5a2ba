/**
 * Text that people, files, the web and tools put before a model: it loses what a model could take for the structure around it. Words stay
 * as they are, also those that pretend to come from the system: they are only ever seen inside their fence.
 */
import { neutralLine, neutralText, shortened } from "../../../shared/foreign-text.ts";

/** Stands where something was taken out, so that what stood around it never grows together into another token. */
export const TAKEN_OUT = "▯";

/** The text without marker, control tokens of chat templates, and characters that are not seen or turn the writing around. */
export function foreignText(text: string, marker: string): string {
  return withoutInvisible(neutralText(text))
    .replace(markerPattern(marker), TAKEN_OUT)
    .replace(FENCE, TAKEN_OUT)
    .replace(TEMPLATE_TOKENS, TAKEN_OUT);
}

/** A name that somebody chose, of a person, a chat or a file: on one line, without quotation marks, cut at `maxChars`. */
export function foreignName(name: string, marker: string, maxChars = 80): string {
  const line = foreignText(neutralLine(name.slice(0, 16 * maxChars)), marker);
  return shortened(line.replace(/["“”„«»]/g, "'").trim(), maxChars);
}

/** Every spelling of the marker, however its letters are written. */
export function markerPattern(marker: string): RegExp {
  return new RegExp(marker, "gi");
}

/** A fence of ours with any marker, also one that was guessed. */
const FENCE =
  /<{1,3}\s*\/?\s*(?:context|events|history|quoted|media|message|result|summary)\s+[a-z0-9]{6,32}\s*>{1,3}/gi;

/**
 * What chat templates are made of: `<|im_start|>`, `<|eot_id|>`, `<|turn>` of many models, DeepSeek's with wide bars, those of Llama and
 * Mistral in brackets, Gemma's turns, and the envelopes in which models write calls of tools.
 */
const TEMPLATE_TOKENS = new RegExp(
  [
    "<[|｜][^<>|｜\\n]{1,64}[|｜]>",
    "<[|｜][a-z_▁]{1,32}>",
    "<[a-z_▁]{1,32}[|｜]>",
    "\\[\\s*/?\\s*(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|gMASK)\\s*\\]",
    "<<\\s*/?\\s*SYS\\s*>>",
    "<\\s*/?\\s*(?:start_of_turn|end_of_turn|start_of_image|end_of_image|bos|eos|pad|unk|sop|s)\\s*>",
    "<\\s*/?\\s*(?:antml:[a-z_]{1,32}|tool_calls?|tool_response|function_calls|function_results)(?=[\\s>/])[^<>\\n]{0,200}>",
  ].join("|"),
  "gi",
);

/** What has no width and is no part of an emoji or of a script that joins its letters. */
const UNSEEN =
  /\u00ad|\u034f|[\u115f\u1160\u17b4\u17b5]|[\u180b-\u180f]|[\u3164\uffa0]|[\u{e0100}-\u{e01ef}]/gu;
/** Joiners and variants beside plain letters, where they change nothing but what a search finds. */
const JOINERS =
  /(?<=[!-~])(?:\u200c|\u200d|[\ufe00-\ufe0e])+|(?<=[!-~])\ufe0f(?!\u20e3)|(?:\u200c|\u200d|[\ufe00-\ufe0f])+(?=[!-~])/g;

function withoutInvisible(text: string): string {
  return text.replace(UNSEEN, "").replace(JOINERS, "");
}

/**
 * How many tokens a text takes, estimated where no provider has counted yet. Rather too many than too few: what is planned with it must
 * fit. Measured on the tokenisers of common models, English prose takes a token for about four characters, code and markup for three,
 * European languages with their own letters for two to three, Chinese, Japanese and Korean about one for each character, emoji two.
 */
import type { Block, Message } from "../../base/store/message.ts";

/** What a provider adds to every message: its role, and its ends. */
const PER_MESSAGE = 4;
/** Of one image, at the largest that providers take without making it smaller. */
export const IMAGE_TOKENS = 1_600;
/** Of a file that is not shown: the line that names it. */
const MEDIA_LINE_TOKENS = 40;

export function textTokens(text: string): number {
  let quarters = 0;
  for (let index = 0; index < text.length; index += 1) quarters += quartersOf(text.charCodeAt(index));
  return Math.ceil(quarters / 4);
}

export function messageTokens({ content }: Pick<Message, "content">): number {
  return content.reduce((sum, block) => sum + blockTokens(block), PER_MESSAGE);
}

/** Of a conversation as it is sent. */
export function conversationTokens(messages: readonly Pick<Message, "content">[]): number {
  return messages.reduce((sum, each) => sum + messageTokens(each), 0);
}

/** Of what tools are declared with: names, descriptions, and schemas as JSON. */
export function declarationTokens(declaration: object): number {
  return textTokens(JSON.stringify(declaration)) + PER_MESSAGE;
}

function blockTokens(block: Block): number {
  switch (block.type) {
    case "text":
      return textTokens(block.text);
    case "thinking":
      return textTokens(block.thinking);
    case "toolCall":
      return textTokens(block.name) + textTokens(JSON.stringify(block.arguments)) + PER_MESSAGE;
    case "image":
      return IMAGE_TOKENS;
    case "media":
      return MEDIA_LINE_TOKENS;
  }
}

/** In quarters of a token, by unit of UTF-16: sums of whole numbers are exact. */
function quartersOf(unit: number): number {
  if (unit < 0x80) return isMark(unit) ? 2 : 1;
  // Each half of an emoji, or of a rare character.
  if (unit >= 0xd800 && unit <= 0xdfff) return 4;
  if (isWide(unit)) return 5;
  return 2;
}

/** Marks of code and markup seldom share a token with what stands beside them. */
function isMark(unit: number): boolean {
  return (
    (unit >= 0x21 && unit <= 0x2f) ||
    (unit >= 0x3a && unit <= 0x40) ||
    (unit >= 0x5b && unit <= 0x60) ||
    unit >= 0x7b
  );
}

/** Chinese, Japanese, Korean, and the forms in their width. */
function isWide(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7ff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef)
  );
}

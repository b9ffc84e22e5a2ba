/** Who the agent is, as `IDENTITY.md` says it. */

export interface Identity {
  name?: string;
  emoji?: string;
  kind?: string;
  style?: string;
  /** A path in the workspace, or an address. */
  avatar?: string;
}

const LONGEST = 200;
/** Names of lines, with those of other programs' templates. */
const FIELDS: Readonly<Record<string, keyof Identity>> = {
  name: "name",
  emoji: "emoji",
  kind: "kind",
  creature: "kind",
  role: "kind",
  style: "style",
  vibe: "style",
  theme: "style",
  avatar: "avatar",
};

/** Reads lines such as `- **Name:** Ada`. What is empty or a hint in brackets says nothing. */
export function parseIdentity(text: string): Identity {
  const identity: Identity = {};
  for (const line of text.split("\n")) {
    const [, label = "", rest = ""] =
      /^(?:[-*](?!\*))?[\t ]{0,8}([*_]{0,2}[\p{L} ]{1,30}[*_]{0,2}:[*_]{0,2})(.*)$/u.exec(line.trim()) ?? [];
    const field = FIELDS[label.replace(/[*_:]/g, "").trim().toLowerCase()];
    const value = rest.replace(/^[\s*_`]+|(?<![\s*_`])[\s*_`]+$/g, "");
    if (field === undefined || identity[field] !== undefined || isHint(value)) continue;
    identity[field] = value.slice(0, LONGEST);
  }
  return identity;
}

function isHint(value: string): boolean {
  return value === "" || /^[([<{].*[)\]>}]$/.test(value) || /^[-–—.…?]+$/.test(value);
}

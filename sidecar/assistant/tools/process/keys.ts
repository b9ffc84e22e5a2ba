/** Keys as a program reads them. */

const KEYS: Readonly<Record<string, string>> = {
  enter: "\r",
  return: "\r",
  tab: "\t",
  escape: "\x1b",
  esc: "\x1b",
  space: " ",
  bspace: "\x7f",
  backspace: "\x7f",
  delete: "\x1b[3~",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  pageup: "\x1b[5~",
  pagedown: "\x1b[6~",
};

/** Names such as `Enter`, `Up`, `C-c`, `M-x`; a single character stands for itself. Fails with a sentence for a model. */
export function bytesOfKeys(keys: unknown): Buffer {
  return Buffer.concat(textsIn(keys, "keys").map((key) => Buffer.from(sequenceOf(key))));
}

/** Two digits each. Fails with a sentence for a model. */
export function bytesOfHex(hex: unknown): Buffer {
  return Buffer.concat(
    textsIn(hex, "hex").map((each) => {
      if (/^(?:0x)?[0-9a-f]{1,2}$/i.test(each))
        return Buffer.of(Number.parseInt(each.replace(/^0x/i, ""), 16));
      throw new Error(`${JSON.stringify(each.slice(0, 20))} is no byte.`);
    }),
  );
}

function sequenceOf(key: string): string {
  const known = KEYS[key.toLowerCase()];
  if (known !== undefined) return known;
  const [, control = ""] = /^(?:C-|\^)([a-z@[\]\\^_])$/i.exec(key) ?? [];
  if (control !== "") return String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f);
  const [, meta = ""] = /^M-(.)$/u.exec(key) ?? [];
  if (meta !== "") return `\x1b${meta}`;
  if ([...key].length === 1) return key;
  throw new Error(`There is no key ${JSON.stringify(key.slice(0, 20))}.`);
}

function textsIn(value: unknown, name: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new Error(`${name} must be a list of texts.`);
}

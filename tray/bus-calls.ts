/** A call on the session bus through whichever of the usual tools is installed. */

/** One object's method; `member` names its interface as well. */
export interface BusCall {
  readonly name: string;
  readonly path: string;
  readonly member: `${string}.${string}`;
  /** A single text, where the method wants one. */
  readonly argument?: string;
}

/** The call as each tool wants it, program first, in the order to try them. Each prints the answer in its own way. */
export function busCommands({ name, path, member, argument }: BusCall): (readonly [string, ...string[]])[] {
  const dot = member.lastIndexOf(".");
  const words = argument === undefined ? [] : [argument];
  return [
    ["gdbus", "call", "--session", "--dest", name, "--object-path", path, "--method", member, ...words],
    [
      "busctl",
      "--user",
      "call",
      name,
      path,
      member.slice(0, dot),
      member.slice(dot + 1),
      ...words.flatMap((word) => ["s", word]),
    ],
    [
      "dbus-send",
      "--session",
      "--print-reply",
      `--dest=${name}`,
      path,
      member,
      ...words.map((word) => `string:${word}`),
    ],
  ];
}

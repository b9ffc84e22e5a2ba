/** Completion for fish, with what each word does beside it. */
import type { Vocabulary } from "./vocabulary.ts";

/** The script for `clawdbot completion fish | source`. */
export function fishCompletion({ places, valued }: Vocabulary): string {
  const known = places.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const lines = places.flatMap(({ path, words, options }) => {
    const here = `complete -c clawdbot -n ${quoted(`__clawdbot_at ${quoted(path)}`)}`;
    return [
      ...words.map(({ name, help }) => `${here} -a ${name} -d ${quoted(help)}`),
      ...options.map(({ name, help }) => {
        const value = valued.includes(name) ? " -r -F" : "";
        return `${here} -l ${name.slice(2)}${value} -d ${quoted(help)}`;
      }),
    ];
  });
  return `# clawdbot completion for fish: clawdbot completion fish | source
function __clawdbot_at
  set -l path ""
  set -l skip ""
  for word in (commandline -opc)[2..-1]
    if test -n "$skip"
      set skip ""
    else if contains -- $word ${valued.join(" ")}
      set skip 1
    else if not string match -q -- "-*" $word
      set -l longer (string trim -- "$path $word")
      if contains -- $longer ${known.join(" ")}
        set path $longer
      end
    end
  end
  test "$path" = "$argv[1]"
end
complete -c clawdbot -f
${lines.join("\n")}
`;
}

/** In single quotes, where a backslash and a single quote are escaped. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

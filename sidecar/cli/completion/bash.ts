/** Completion for bash 3.2 and newer, which is what macOS has. */
import type { Vocabulary } from "./vocabulary.ts";

/** The script for `source <(clawdbot completion bash)`. */
export function bashCompletion({ places, valued }: Vocabulary): string {
  const known = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map(({ path, words, options }) => {
    const names = (list: { name: string }[]) => list.map(({ name }) => name).join(" ");
    return `    "${path}") words="${names(words)}"; options="${names(options)}" ;;`;
  });
  return `# clawdbot completion for bash: source <(clawdbot completion bash)
_clawdbot() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" longer="" skip="" words="" options="" index word
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    # bash takes --port=1 for three words.
    if [ "$word" = "=" ]; then skip=1; continue; fi
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$word" in
      ${valued.join("|")}) skip=1 ;;
      -*) ;;
      *)
        longer="\${path:+$path }$word"
        case "$longer" in ${known.join("|")}) path="$longer" ;; esac ;;
    esac
  done
  if [ -n "$skip" ] || [ "$current" = "=" ]; then
    [ "$current" = "=" ] && current=""
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  case "$path" in
${cases.join("\n")}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _clawdbot clawdbot
`;
}

/** Completion for zsh, with what each word does beside it. */
import type { Candidate, Vocabulary } from "./vocabulary.ts";

/** The script for `source <(clawdbot completion zsh)` after `compinit`, or as a file `_clawdbot` in `$fpath`. */
export function zshCompletion({ places, valued }: Vocabulary): string {
  const known = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map(
    ({ path, words, options }) => `    ("${path}")
      words_here=(${list(words)})
      options_here=(${list(options)}) ;;`,
  );
  return `#compdef clawdbot
# clawdbot completion for zsh: source <(clawdbot completion zsh)
_clawdbot() {
  local typed="" longer="" skip="" word
  local -a words_here options_here
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$word" in
      (${valued.join("|")}) skip=1 ;;
      (-*) ;;
      (*)
        longer="\${typed:+$typed }$word"
        case "$longer" in (${known.join("|")}) typed="$longer" ;; esac ;;
    esac
  done
  if [[ -n $skip ]]; then _files; return; fi
  case "$typed" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o 'option' options_here
  elif (( \${#words_here} )); then
    _describe 'command' words_here
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_clawdbot" ]; then _clawdbot "$@"; else compdef _clawdbot clawdbot; fi
`;
}

function list(candidates: readonly Candidate[]): string {
  return candidates.map(({ name, help }) => quoted(`${name.replaceAll(":", "\\:")}:${help}`)).join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

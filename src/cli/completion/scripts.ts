import { type CommandWords } from './command-words.js';

/** Shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** See {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** Prints what may follow its argument, and fails where that is no part of a command line. For bash and zsh. */
const functionOf = (table: readonly CommandWords[]): string => `_hangar_words() {
  case "$1" in
${table.map(({ after, words }) => `  '${after}') echo '${words.join(' ')}' ;;`).join('\n')}
  *) return 1 ;;
  esac
}`;

const bash = (table: readonly CommandWords[]): string => `# Load it with: source <(npx hangar completion bash)
${functionOf(table)}
_hangar() {
  local level='' next words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${level:+$level }\${COMP_WORDS[i]}"
    [[ "\${COMP_WORDS[i]}" != -* ]] && _hangar_words "$next" >/dev/null && level="$next"
  done
  words="$(_hangar_words "\${level:+$level }\${COMP_WORDS[COMP_CWORD - 1]}")" || words="$(_hangar_words "$level")"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _hangar hangar
`;

const zsh = (table: readonly CommandWords[]): string => `#compdef hangar
# Load it with: source <(npx hangar completion zsh)
${functionOf(table)}
_hangar() {
  local level='' next found i
  for ((i = 2; i < CURRENT; i++)); do
    next="\${level:+$level }\${words[i]}"
    [[ "\${words[i]}" != -* ]] && _hangar_words "$next" >/dev/null && level="$next"
  done
  found="$(_hangar_words "\${level:+$level }\${words[CURRENT - 1]}")" || found="$(_hangar_words "$level")"
  compadd -- \${=found}
}
compdef _hangar hangar
`;

const fish = (table: readonly CommandWords[]): string => `# Load it with: npx hangar completion fish | source
function __hangar_words
  switch "$argv[1]"
${table.map(({ after, words }) => `    case '${after}'\n      ${words.length > 0 ? `printf '%s\\n' ${words.join(' ')}` : 'true'}`).join('\n')}
    case '*'
      return 1
  end
end
function __hangar_complete
  set -l tokens (commandline -opc)
  set -l level ''
  set -e tokens[1]
  for token in $tokens
    set -l next (string trim -- "$level $token")
    if not string match -q -- '-*' $token; and __hangar_words "$next" >/dev/null
      set level $next
    end
  end
  __hangar_words (string trim -- "$level $tokens[-1]"); or __hangar_words "$level"
end
complete -c hangar -f -a '(__hangar_complete)'
`;

/** The script that completes commands, options and their values in a shell. */
export const SCRIPTS: Readonly<Record<Shell, (table: readonly CommandWords[]) => string>> = { bash, zsh, fish };

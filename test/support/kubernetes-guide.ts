import { codeOf, commandsIn } from './document.js';

const GUIDE = 'docs/kubernetes.md';
/** A block of values, unless its first line says whose else it is. */
const VALUES_FILE = '# hangar.yaml';
/** How helm waits, which does not change what it renders. */
const WAITING = /^--(?:wait|rollback-on-failure|install)$/;

/** The lines of its commands, each continued line as one. */
export function guideCommands(): string[] {
  return codeOf(GUIDE, 'sh').flatMap(commandsIn);
}

/** The file of values that its commands name. */
export function guideValues(): string {
  return codeOf(GUIDE, 'yaml').find((block) => block.startsWith(VALUES_FILE)) ?? '';
}

/** The values that it shows besides, to be laid over those of an installation. */
export function shownValues(): string[] {
  return codeOf(GUIDE, 'yaml').filter((block) => !block.startsWith('#'));
}

/** What its commands ask helm to render: the command, and the arguments without those about waiting. */
export function renderingCommands(): { command: string; args: string[] }[] {
  return guideCommands()
    .filter((line) => /^helm (?:upgrade|install) /.test(line))
    .map((command) => {
      const [, , ...words] = command.split(' ');
      const args = words.filter(
        (word, at) => !WAITING.test(word) && word !== '--timeout' && words[at - 1] !== '--timeout',
      );
      return { command, args };
    });
}

import { readFileSync } from 'node:fs';

const GUIDE = readFileSync('docs/kubernetes.md', 'utf8');
/** A block of values, unless its first line says whose else it is. */
const VALUES_FILE = '# hangar.yaml';
/** How helm waits, which does not change what it renders. */
const WAITING = /^--(?:wait|rollback-on-failure|install)$/;

/** The code blocks of docs/kubernetes.md in a language, without the indentation of a list. */
function blocks(language: string): string[] {
  const found = GUIDE.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return [...found].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

/** The lines of its commands, each continued line as one. */
export function guideCommands(): string[] {
  return blocks('sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
    .filter((line) => line !== '');
}

/** The file of values that its commands name. */
export function guideValues(): string {
  return blocks('yaml').find((block) => block.startsWith(VALUES_FILE)) ?? '';
}

/** The values that it shows besides, to be laid over those of an installation. */
export function shownValues(): string[] {
  return blocks('yaml').filter((block) => !block.startsWith('#'));
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

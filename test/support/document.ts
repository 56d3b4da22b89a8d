import { globSync, readFileSync } from 'node:fs';

/** A fenced block of a page, without the indentation of a list. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** Every page of the documentation, as a path in the repository. */
export const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'helm/hangar/README.md',
  ...globSync('docs/**/*.md').toSorted(),
];

/** A page's text. */
export function pageText(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The fenced blocks of a page, in a language where one is given. */
export function blocksOf(page: string, language?: string): Block[] {
  const text = pageText(page);
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^ *```$/gm)]
    .map(({ index, 1: indent = '', 2: found = '', 3: code = '' }) => ({
      page,
      line: text.slice(0, index).split('\n').length,
      language: found,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }))
    .filter((block) => language === undefined || block.language === language);
}

/** The code of a page's blocks in a language. */
export function codeOf(page: string, language: string): string[] {
  return blocksOf(page, language).map(({ code }) => code);
}

/** The commands of a block of shell, a continued command as one line. */
export function commandsIn(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Code within the text of a page, without its blocks. */
export function inlineCode(page: string): string[] {
  const text = pageText(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

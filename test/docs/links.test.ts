import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inlineCode, PAGES, pageText } from '../support/document.js';

const PATH = /^(?:src|simulator|test|scripts|migrations|helm|bench|docs|\.ci|\.github)(?:\/[^\s`]*)?$/;
/** What a reader of docs/getting-started.md creates. */
const TO_CREATE = new Set(['src/handlers/urgent.handler.ts', 'src/urgent.handler.ts']);

/** A path up to its first pattern or placeholder: `src` of `src/**` + `/*.spec.ts`. */
function fixedPart(path: string): string {
  const at = path.search(/[*{<…]/);
  return at < 0 ? path : dirname(`${path.slice(0, at)}x`);
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...pageText(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documentation', () => {
  it.each(PAGES)('names paths that exist: %s', (page) => {
    const named = inlineCode(page).filter((code) => PATH.test(code) && !TO_CREATE.has(code));
    const exists = (path: string): boolean => existsSync(path) || existsSync(join('templates/app', path));
    expect(named.filter((path) => !exists(fixedPart(path)))).toEqual([]);
  });

  it.each(PAGES)('links to pages, headings and images that exist: %s', (page) => {
    const links = [...pageText(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const missing = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : join(dirname(page), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsOf(target).includes(anchor);
      });
    expect(missing).toEqual([]);
  });

  it('links to every page from docs/README.md', () => {
    const index = pageText('docs/README.md');
    const pages = PAGES.filter((page) => page.startsWith('docs/') && !/notes|docs\/README/.test(page));
    expect(pages.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([]);
  });
});

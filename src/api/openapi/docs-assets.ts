import { readFile } from 'node:fs/promises';
import { DOCS_SCRIPT } from './docs.page.js';

/** A file of the page for people. */
interface DocsAsset {
  readonly type: string;
  readonly body: Buffer | string;
}

const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
/** Of the installed package; no other file of it is given out. */
const FILES: Readonly<Record<string, string>> = { 'swagger-ui.css': CSS, 'swagger-ui-bundle.js': SCRIPT };

/** The file of that name; `undefined` where the page has none. */
export async function docsAsset(name: string): Promise<DocsAsset | undefined> {
  if (name === 'init.js') return { type: SCRIPT, body: DOCS_SCRIPT };
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const folder = import.meta.resolve('swagger-ui-dist/package.json');
  return { type, body: await readFile(new URL(name, folder)) };
}

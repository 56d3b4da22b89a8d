import { type Browser } from './browser.js';
import { type ApiDocument } from './api-document.js';

const MAX_PAGES = 200;

/** The response that a person received at an address. */
export interface Shown {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

/** Follows every link of the console from its first page, live pages and pictures aside. */
export async function walkConsole(browser: Browser, url: string): Promise<Shown[]> {
  const [shown, ahead, seen] = [[] as Shown[], ['/console'], new Set(['/console'])];
  for (let path = ahead.shift(); path !== undefined && shown.length < MAX_PAGES; path = ahead.shift()) {
    const answer = await browser.open(`${url}${path}`);
    const body = await answer.text();
    shown.push({ path, status: answer.status, body });
    for (const link of linksIn(body)) {
      if (seen.has(link)) continue;
      seen.add(link);
      ahead.push(link);
    }
  }
  return shown;
}

function linksIn(markup: string): string[] {
  const links = [...markup.matchAll(/href="(\/console[^"#]*)/g)].map(([, path = '']) => path);
  return links.map((path) => path.replaceAll('&amp;', '&')).filter((path) => !path.includes('/assets/'));
}

/** Reads every address of the API that can be read, with the ids in its lists. */
export async function walkApi(url: string, document: ApiDocument, token: string): Promise<Shown[]> {
  const shown: Shown[] = [];
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = await answer.text();
    shown.push({ path, status: answer.status, body });
    return body;
  };
  const paths = document.routes.filter(({ method }) => method.toUpperCase() === 'GET').map(({ path }) => path);
  for (const path of paths.filter((each) => !each.includes('{')))
    for (const id of idsIn(await read(path)))
      for (const one of paths.filter((each) => each.startsWith(`${path}/{`)))
        await read(one.replace(/\{\w+\}/, encodeURIComponent(id)));
  return shown;
}

/** By which the items of a list are asked for; a few of them. */
function idsIn(body: string): string[] {
  if (!body.startsWith('{"items"')) return [];
  const { items } = JSON.parse(body) as { items: Record<string, unknown>[] };
  const ids = items.slice(0, 5).map(({ id, workspace, subject }) => id ?? workspace ?? subject);
  return ids.filter((id) => typeof id === 'string');
}

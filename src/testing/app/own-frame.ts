import { fileURLToPath } from 'node:url';

/** Hangar's folder; in its repository, stacks name the sources of what is built. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/(?:dist\/)?src\/$/, '');
/** The handlers of its repository are an app's. */
const HANGAR = /^(?:dist\/)?(?:src\/(?!handlers\/)|simulator\/)/;
const FRAME = /^\s+at (?:.*?[( ])?((?:file:\/\/)?\/[^()]+:\d+:\d+)\)?$/;

/**
 * The first line of an error's stack that is the app's own: no package, nothing of Node and Hangar.
 *
 * @returns `src/ping.handler.ts:12:5`, relative to the working directory; `undefined` where there is none
 */
export function ownFrameOf(error: unknown): string | undefined {
  const { stack = '' } = (error ?? {}) as { readonly stack?: string };
  const places = stack.split('\n').flatMap((line) => FRAME.exec(line)?.[1] ?? []);
  const own = places.map((place) => place.replace(/^file:\/\//, '')).find(isOwn);
  return own?.replace(`${process.cwd()}/`, '');
}

function isOwn(place: string): boolean {
  if (place.includes('/node_modules/')) return false;
  return !place.startsWith(ROOT) || !HANGAR.test(place.slice(ROOT.length));
}

import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escapeControls } from './control-characters.js';
import { propertyOf } from './serialize-error.js';

/** Hangar's folder; in its repository, stacks name the sources of what is built. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/dist\/$/, '');
/** The handlers of its repository are an app's. */
const HANGAR = /^(?:dist\/)?(?:src\/(?!handlers\/)|simulator\/|migrations\/)/;
const FRAME =
  /^\s+at (?:(?:async )?(?<call>.*?) \()?(?:async )?(?:file:\/\/)?(?<file>\/[^()]+):(?<position>\d+:\d+)\)?$/;
const MAX_FRAMES = 5;
const MAX_FRAME_LENGTH = 300;
const MAX_CAUSE_DEPTH = 3;

/** A line of the app's own code in a stack. */
interface OwnFrame {
  /** `PingHandler.pong`; none outside of a function. */
  readonly call: string | undefined;
  /** `src/ping.handler.ts:12:5`, relative to the app's folder: the nearest one above with a `package.json`. */
  readonly place: string;
}

/**
 * The first lines of an error's stack that are the app's own: no package, nothing of Node and Hangar. Where the error has
 * none, those of its cause. They contain nothing of the message, which may be long or secret.
 *
 * @returns at most five texts such as `PingHandler.pong (src/ping.handler.ts:12:5)`, the line that failed first
 */
export function ownFramesOf(error: unknown): string[] {
  return framesOf(error).map(({ call, place }) => {
    const text = call === undefined ? place : `${call} (${place})`;
    return escapeControls(text).slice(-MAX_FRAME_LENGTH);
  });
}

/** The place of the first of {@link ownFramesOf}: `src/ping.handler.ts:12:5`; `undefined` where there is none. */
export function ownPlaceOf(error: unknown): string | undefined {
  return framesOf(error)[0]?.place;
}

function framesOf(error: unknown, depth = 0): OwnFrame[] {
  const lines = stackOf(error).split('\n');
  const own = lines.flatMap(ownFrame).slice(0, MAX_FRAMES);
  if (own.length > 0 || depth === MAX_CAUSE_DEPTH) return own;
  const cause = propertyOf(error, 'cause');
  return cause === undefined ? [] : framesOf(cause, depth + 1);
}

/** The stack without the message, which may look like frames. */
function stackOf(error: unknown): string {
  const [stack, message] = [propertyOf(error, 'stack'), propertyOf(error, 'message')];
  if (typeof stack !== 'string') return '';
  const start = typeof message === 'string' ? stack.indexOf(message) : -1;
  return start === -1 ? stack : stack.slice(start + String(message).length);
}

function ownFrame(line: string): OwnFrame[] {
  const { call, file, position } = FRAME.exec(line)?.groups ?? {};
  if (file === undefined || position === undefined || !isOwn(file)) return [];
  return [{ call, place: `${relative(appFolderOf(file), file)}:${position}` }];
}

function isOwn(file: string): boolean {
  if (file.includes('/node_modules/')) return false;
  return !file.startsWith(ROOT) || !HANGAR.test(file.slice(ROOT.length));
}

/** The nearest folder above with a `package.json`; else the working folder. */
function appFolderOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}

import { trace } from '@opentelemetry/api';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { escapeControls } from '../common/control-characters.js';
import { serializeError } from '../common/serialize-error.js';

/** One escape of JSON, so that the pair `\\\\` is not taken for the start of another. */
const ESCAPE = /\\(u[\da-f]{4}|.)/gi;
const HEX = 16;

/** The process's logger: pretty-printed on a TTY, JSON otherwise. @param traced adds the active span to each line */
export async function createLogger(level: string, traced = false): Promise<Logger> {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
    ...(traced && { mixin: activeSpan }),
  };
  if (!process.stdout.isTTY) return pino({ ...options, hooks: { streamWrite: escapedLine } });
  const { PinoPretty } = await import('pino-pretty');
  const stream = PinoPretty({
    translateTime: 'HH:MM:ss',
    ignore: 'context',
    messageFormat: '{if context}[{context}] {end}{msg}',
  });
  return pino({ ...options, hooks: { streamWrite: escapedTwice } }, stream);
}

/** A line of JSON without raw control characters: JSON itself escapes C0 only. */
export function escapedLine(line: string): string {
  return escapeControls(line, '\n');
}

/** The same for a reader that decodes the JSON and prints the texts. Line breaks and tabs stay. */
export function escapedTwice(line: string): string {
  return escapedLine(line).replaceAll(ESCAPE, (escape, character: string) =>
    /^[\\nt"/]/.test(character) || (character.startsWith('u') && !isControl(character)) ? escape : `\\${escape}`,
  );
}

function isControl(escape: string): boolean {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), HEX));
  return escapeControls(character, '\n\t') !== character;
}

function activeSpan(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

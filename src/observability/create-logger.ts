import { pino, type Logger, type LoggerOptions } from 'pino';
import { serializeError } from '../common/serialize-error.js';

/** The process's logger: pretty on a terminal, JSON lines else. */
export async function createLogger(level: string): Promise<Logger> {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  if (!process.stdout.isTTY) return pino(options);
  const { pretty } = await import('./pretty.js');
  return pino(options, pretty());
}

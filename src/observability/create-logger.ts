import { pino, type Logger, type LoggerOptions } from 'pino';
import { pretty } from './pretty.js';
import { serializeError } from '../common/serialize-error.js';

/** The process's logger: pretty on a terminal, JSON lines else. */
export function createLogger(level: string): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return process.stdout.isTTY ? pino(options, pretty()) : pino(options);
}

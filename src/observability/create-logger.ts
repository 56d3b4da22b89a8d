import { trace } from '@opentelemetry/api';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { pretty } from './pretty.js';
import { serializeError } from '../common/serialize-error.js';

/** The process's logger: pretty on a terminal, JSON lines else. @param traced each line names the active span */
export function createLogger(level: string, traced = false): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
    ...(traced && { mixin: activeSpan }),
  };
  return process.stdout.isTTY ? pino(options, pretty()) : pino(options);
}

function activeSpan(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

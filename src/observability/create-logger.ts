import { trace } from '@opentelemetry/api';
import { pino, type Logger, type LoggerOptions } from 'pino';
import { serializeError } from '../common/serialize-error.js';

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
  if (!process.stdout.isTTY) return pino(options);
  const { PinoPretty } = await import('pino-pretty');
  const stream = PinoPretty({
    translateTime: 'HH:MM:ss',
    ignore: 'context',
    messageFormat: '{if context}[{context}] {end}{msg}',
  });
  return pino(options, stream);
}

function activeSpan(): { traceId?: string; spanId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

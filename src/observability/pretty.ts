import { PinoPretty } from 'pino-pretty';

/** A stream that writes log records for a person's eyes to standard output. */
export function pretty(): ReturnType<typeof PinoPretty> {
  return PinoPretty({
    translateTime: 'HH:MM:ss',
    ignore: 'context',
    messageFormat: '{if context}[{context}] {end}{msg}',
  });
}

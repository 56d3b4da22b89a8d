import { PinoPretty } from 'pino-pretty';

/** A stream that pretty-prints log records to standard output. */
export function pretty(): ReturnType<typeof PinoPretty> {
  return PinoPretty({
    translateTime: 'HH:MM:ss',
    ignore: 'context',
    messageFormat: '{if context}[{context}] {end}{msg}',
  });
}

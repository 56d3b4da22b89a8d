import { Logger } from '@nestjs/common';

type Fields = Readonly<Record<string, unknown>>;

/** A logger that is bound to one run of a handler. */
export interface HandlerLogger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** Puts `bound` into every record. */
export function handlerLogger(handlerId: string, bound: Fields): HandlerLogger {
  const logger = new Logger(handlerId);
  return {
    debug: (msg, fields) => logger.debug({ ...fields, ...bound, msg }),
    info: (msg, fields) => logger.log({ ...fields, ...bound, msg }),
    warn: (msg, fields) => logger.warn({ ...fields, ...bound, msg }),
    error: (msg, fields) => logger.error({ ...fields, ...bound, msg }),
  };
}

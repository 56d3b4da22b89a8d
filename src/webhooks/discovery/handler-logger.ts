import { Logger } from '@nestjs/common';

type Fields = Readonly<Record<string, unknown>>;

const MAX_LINES = 200;
const MAX_MESSAGE_LENGTH = 2000;
const MAX_FIELDS_LENGTH = 4000;

/** A line that a handler logged with its `context.logger`. */
export interface LogLine {
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Logs with the ids of one run of a handler. */
export interface HandlerLogger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/**
 * Adds `bound` to every record.
 *
 * @param stored gets the lines too, the first 200 of a run, for operators to read beside the delivery
 */
export function handlerLogger(handlerId: string, bound: Fields, stored: LogLine[] = []): HandlerLogger {
  const logger = new Logger(handlerId);
  const store = (level: string, message: string, fields?: Fields): void => {
    if (stored.length < MAX_LINES) stored.push(lineOf(level, message, fields));
  };
  return {
    debug: (msg, fields) => logger.debug({ ...fields, ...bound, msg }),
    info: (msg, fields) => {
      store('info', msg, fields);
      logger.log({ ...fields, ...bound, msg });
    },
    warn: (msg, fields) => {
      store('warn', msg, fields);
      logger.warn({ ...fields, ...bound, msg });
    },
    error: (msg, fields) => {
      store('error', msg, fields);
      logger.error({ ...fields, ...bound, msg });
    },
  };
}

function lineOf(level: string, message: string, fields?: Fields): LogLine {
  const line = { at: new Date().toISOString(), level, message: message.slice(0, MAX_MESSAGE_LENGTH) };
  const plain = fields && plainFields(fields);
  return plain ? { ...line, fields: plain } : line;
}

/** As JSON, like the log itself: secrets print as `[secret]`, errors as their message. */
function plainFields(fields: Fields): Fields | undefined {
  try {
    const text = JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.message : value));
    return text.length <= MAX_FIELDS_LENGTH ? (JSON.parse(text) as Fields) : { cut: text.slice(0, MAX_FIELDS_LENGTH) };
  } catch {
    return undefined;
  }
}

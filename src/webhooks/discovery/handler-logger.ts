import { Logger } from '@nestjs/common';

type Fields = Readonly<Record<string, unknown>>;

const MAX_LINES = 200;
const MAX_MESSAGE_LENGTH = 2000;
const MAX_FIELDS_LENGTH = 4000;

/** A line that a handler wrote with its `context.logger`. */
export interface LogLine {
  readonly at: string;
  readonly level: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A logger that is bound to one run of a handler. */
export interface HandlerLogger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/**
 * Puts `bound` into every record.
 *
 * @param kept where the lines are kept too, the first 200 of a run, for the operators who look at its delivery
 */
export function handlerLogger(handlerId: string, bound: Fields, kept: LogLine[] = []): HandlerLogger {
  const logger = new Logger(handlerId);
  const keep = (level: string, message: string, fields?: Fields): void => {
    if (kept.length < MAX_LINES) kept.push(lineOf(level, message, fields));
  };
  return {
    debug: (msg, fields) => logger.debug({ ...fields, ...bound, msg }),
    info: (msg, fields) => {
      keep('info', msg, fields);
      logger.log({ ...fields, ...bound, msg });
    },
    warn: (msg, fields) => {
      keep('warn', msg, fields);
      logger.warn({ ...fields, ...bound, msg });
    },
    error: (msg, fields) => {
      keep('error', msg, fields);
      logger.error({ ...fields, ...bound, msg });
    },
  };
}

function lineOf(level: string, message: string, fields?: Fields): LogLine {
  const line = { at: new Date().toISOString(), level, message: message.slice(0, MAX_MESSAGE_LENGTH) };
  const told = fields && plainFields(fields);
  return told ? { ...line, fields: told } : line;
}

/** What JSON says of them, as the log itself does: secrets and errors tell nothing of their inside. */
function plainFields(fields: Fields): Fields | undefined {
  try {
    const text = JSON.stringify(fields, (_key, value: unknown) =>
      value instanceof Error ? value.message : value,
    );
    return text.length <= MAX_FIELDS_LENGTH
      ? (JSON.parse(text) as Fields)
      : { cut: text.slice(0, MAX_FIELDS_LENGTH) };
  } catch {
    return undefined;
  }
}

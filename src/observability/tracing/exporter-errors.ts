import { STATUS_CODES } from 'node:http';
import { Logger } from '@nestjs/common';
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { Throttle } from '../../common/throttle.js';

const LOG_INTERVAL_MS = 300_000;
const MAX_LENGTH = 300;

/** Tells the log that spans get lost, once in a while. A collector that is away is no trouble of anything else. */
export class ExporterErrors {
  private readonly logger = new Logger('Traces');
  private readonly failures = new Throttle(LOG_INTERVAL_MS);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);

  constructor(private readonly url: string) {}

  /** Hears what the SDK has to say from now on. */
  listen(): void {
    setGlobalErrorHandler((error) => this.tell(error));
    const quiet = (): void => undefined;
    const warn = (message: string): void => this.warn(message);
    const logger: DiagLogger = { error: warn, warn, info: quiet, debug: quiet, verbose: quiet };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  /** Of an export that failed. What the collector said, and the headers that it was sent, stay out. */
  tell(error: unknown): void {
    if (!this.failures.tryAcquire()) return;
    const reason = reasonOf(error).slice(0, MAX_LENGTH);
    const { origin, pathname } = new URL(this.url);
    this.logger.warn({
      msg: 'spans cannot be sent and are dropped; nothing else suffers. Said again after 5 minutes at the earliest',
      collector: `${origin}${pathname}`,
      reason,
    });
  }

  private warn(message: string): void {
    if (this.warnings.tryAcquire()) this.logger.warn(`OpenTelemetry: ${message.slice(0, MAX_LENGTH)}`);
  }
}

/** With the number of an HTTP status the message is the collector's own phrase. */
function reasonOf(error: unknown): string {
  const { code, message = '' } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return `${code} ${STATUS_CODES[code] ?? ''}`.trim();
  return [code, message].filter(Boolean).map(String).join(' ');
}

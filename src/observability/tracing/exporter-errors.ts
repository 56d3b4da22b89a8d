import { STATUS_CODES } from 'node:http';
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';

const LOG_INTERVAL_MS = 300_000;
const MAX_LENGTH = 300;

/** Logs lost spans and warnings of the SDK, each at most every 5 minutes. An unreachable collector affects nothing else. */
export class ExporterErrors {
  private readonly failures = new RateLimitedLogger('Traces', LOG_INTERVAL_MS);
  private readonly warnings = new RateLimitedLogger('Traces', LOG_INTERVAL_MS);

  constructor(private readonly url: string) {}

  /** Registers for the errors and warnings of the SDK. */
  listen(): void {
    setGlobalErrorHandler((error) => this.exportFailed(error));
    const ignore = (): void => undefined;
    const warn = (message: string): void =>
      this.warnings.warn({ msg: `OpenTelemetry: ${message.slice(0, MAX_LENGTH)}` });
    const logger: DiagLogger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  /** Logs a failed export, without the collector's response and the headers of the request. */
  exportFailed(error: unknown): void {
    const { origin, pathname } = new URL(this.url);
    this.failures.warn({
      msg: 'span export failed; spans are dropped, nothing else is affected. Logged at most every 5 minutes',
      collector: `${origin}${pathname}`,
      reason: reasonOf(error).slice(0, MAX_LENGTH),
    });
  }
}

/** For an HTTP status, its standard phrase: the message may contain text of the collector. */
function reasonOf(error: unknown): string {
  const { code, message = '' } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return `${code} ${STATUS_CODES[code] ?? ''}`.trim();
  return [code, message].filter(Boolean).map(String).join(' ');
}

import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { toDomainError } from './database-unavailable.js';
import { DomainError } from './domain-error.js';
import { type Problem, problemOf } from './problem.js';
import { warnThrottled } from './rate-limited-logger.js';

/** The part of Fastify's reply that the filter uses. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  type(value: string): Reply;
  send(body: unknown): unknown;
}

/** The request and the reply. */
export type Http = ReturnType<ArgumentsHost['switchToHttp']>;

/** Statuses from here on are errors of the server, not of the client (RFC 9110 §15.6). */
export const SERVER_FAULT = 500;

const REJECTED_UNREAD = new Set([413, 415]);
const WEBHOOKS = '/webhooks/';

/** A webhook that was rejected without being read: Plane does not send it again. On other routes anyone could fill the log. */
function losesWebhook(status: number, url: string): boolean {
  return REJECTED_UNREAD.has(status) && url.startsWith(WEBHOOKS);
}

/** Answers every error of a request with `application/problem+json`, and logs the server's errors. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  protected readonly logger = new Logger(this.constructor.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toDomainError(thrown);
    const http = host.switchToHttp();
    const { id, url = '' } = http.getRequest<{ id: string; url?: string }>();
    const problem = problemOf(error, id);
    this.report(error, problem, url);
    this.answer(http, problem, error instanceof DomainError ? error.retryAfterSeconds : undefined);
  }

  /** Sends the answer. @param retryAfter seconds */
  protected answer(http: Http, problem: Problem, retryAfter: number | undefined): void {
    const reply = http.getResponse<Reply>().status(problem.status).type('application/problem+json');
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply.send(problem);
  }

  /** Logs with the request id of the response: an unexpected error with its stack, an error of the client at level debug. */
  protected report(error: unknown, { status, title, detail, requestId }: Problem, url = ''): void {
    const entry = { msg: title, status, detail, requestId };
    if (status >= SERVER_FAULT && !(error instanceof DomainError)) this.logger.error({ ...entry, err: error });
    else if (status >= SERVER_FAULT || losesWebhook(status, url)) warnThrottled(this.constructor.name, entry);
    else this.logger.debug(entry);
  }
}

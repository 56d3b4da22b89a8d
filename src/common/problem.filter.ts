import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { toDomainError } from './database-unavailable.js';
import { DomainError } from './domain-error.js';
import { type Problem, problemOf } from './problem.js';

/** What the filter needs of Fastify's reply. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  type(value: string): Reply;
  send(body: unknown): unknown;
}

/** From here on an error is ours, not the caller's (RFC 9110 §15.6). */
export const SERVER_FAULT = 500;

const UNREAD = new Set([413, 415]);
const WEBHOOKS = '/webhooks/';

/** Refused before its handler sees it; Plane does not send it again. Elsewhere strangers would fill the log. */
function losesWebhook(status: number, url: string): boolean {
  return UNREAD.has(status) && url.startsWith(WEBHOOKS);
}

/** Turns every error of a request into `application/problem+json`; logs those that are not the caller's. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  protected readonly logger = new Logger(this.constructor.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toDomainError(thrown);
    const http = host.switchToHttp();
    const { id, url = '' } = http.getRequest<{ id: string; url?: string }>();
    const problem = problemOf(error, id);
    this.report(error, problem, url);
    const reply = http.getResponse<Reply>().status(problem.status).type('application/problem+json');
    const retryAfter = error instanceof DomainError ? error.retryAfterSeconds : undefined;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply.send(problem);
  }

  /** Logs with the id that the answer tells: what nobody foresaw with its stack, the caller's own faults quietly. */
  protected report(error: unknown, { status, title, detail, requestId }: Problem, url = ''): void {
    const told = { msg: title, status, detail, requestId };
    if (status >= SERVER_FAULT && !(error instanceof DomainError)) this.logger.error({ ...told, err: error });
    else if (status >= SERVER_FAULT || losesWebhook(status, url)) this.logger.warn(told);
    else this.logger.debug(told);
  }
}

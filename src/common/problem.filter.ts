import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
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

/** Turns every error of a request into `application/problem+json`; logs those that are not the caller's. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  protected readonly logger = new Logger(this.constructor.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { id } = http.getRequest<{ id: string }>();
    const problem = problemOf(error, id);
    this.report(error, problem);
    const reply = http.getResponse<Reply>().status(problem.status).type('application/problem+json');
    const retryAfter = error instanceof DomainError ? error.retryAfterSeconds : undefined;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply.send(problem);
  }

  /** Logs what is not the caller's fault. */
  protected report(error: unknown, { status, requestId }: Problem): void {
    if (status >= SERVER_FAULT) this.logger.error({ msg: 'request failed', requestId, err: error });
  }
}

import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { toDomainError } from '../common/database-unavailable.js';
import { ProblemFilter, SERVER_FAULT } from '../common/problem.filter.js';
import { type Problem, problemOf } from '../common/problem.js';
import { Throttle } from '../common/throttle.js';
import { wantsJson } from '../common/wants-json.js';
import { FailedConsent } from './failed-consent.js';
import { failurePage, PAGE_HEADERS } from './oauth.pages.js';

/** Anybody can open these addresses, and must not fill the log. */
const LOG_INTERVAL_MS = 1000;

/** Tells errors of the consent routes on a page, or as `application/problem+json` to who asks for JSON. */
@Catch()
export class OAuthPageFilter extends ProblemFilter implements ExceptionFilter {
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);

  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Querystring: { flow?: unknown } }>>();
    const cause = toDomainError(error instanceof FailedConsent ? error.cause : error);
    if (wantsJson(request.headers.accept)) return super.catch(cause, host);
    const problem = problemOf(cause, request.id);
    this.report(cause, problem);
    const page = failurePage(
      problem,
      error instanceof FailedConsent ? error.tryAgain : setupOf(request.query.flow),
    );
    void http.getResponse<FastifyReply>().status(problem.status).headers(PAGE_HEADERS).send(page);
  }

  /** A consent that fails is of interest to operators also where the person can mend it. */
  protected override report(error: unknown, problem: Problem): void {
    const { status, type, title, requestId } = problem;
    if (status >= SERVER_FAULT) super.report(error, problem);
    else if (this.warnings.tryAcquire()) this.logger.warn({ msg: title, type, requestId });
  }
}

function setupOf(flow: unknown): string {
  return flow === 'user' ? '/oauth/setup?flow=user' : '/oauth/setup';
}

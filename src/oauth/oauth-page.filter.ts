import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { toDomainError } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { ProblemFilter, SERVER_FAULT } from '../common/problem.filter.js';
import { type Problem, problemOf } from '../common/problem.js';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';
import { wantsJson } from '../common/wants-json.js';
import { failurePage, PAGE_HEADERS } from './oauth.pages.js';
import { FailedConsent } from './pending-consent.js';

/** The routes are public: requests must not fill the log. */
const LOG_INTERVAL_MS = 1000;

/** Answers errors of the consent routes with a page, or with `application/problem+json` where `Accept` asks for JSON. */
@Catch()
export class OAuthPageFilter extends ProblemFilter implements ExceptionFilter {
  private readonly warnings = new RateLimitedLogger(OAuthPageFilter.name, LOG_INTERVAL_MS);

  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest<{ Querystring: { flow?: unknown } }>>();
    const cause = toDomainError(error instanceof FailedConsent ? error.cause : error);
    if (wantsJson(request.headers.accept)) return super.catch(cause, host);
    const problem = problemOf(cause, request.id);
    this.report(cause, problem);
    const page = failurePage(problem, startOf(error, request.query.flow));
    void http.getResponse<FastifyReply>().status(problem.status).headers(PAGE_HEADERS).send(page);
  }

  /** Operators see failed consents also where the person can correct the error. */
  protected override report(error: unknown, problem: Problem): void {
    const { status, type, title, requestId } = problem;
    if (status >= SERVER_FAULT) super.report(error, problem);
    else this.warnings.warn({ msg: title, type, requestId });
  }
}

/** Where it can be started again; nowhere in an edition without consent. */
function startOf(error: unknown, flow: unknown): string | undefined {
  if (error instanceof FailedConsent) return error.tryAgain;
  if (error instanceof DomainError && error.code === 'oauth_unavailable') return undefined;
  return flow === 'user' ? '/oauth/setup?flow=user' : '/oauth/setup';
}

import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { toDomainError } from '../../common/database-unavailable.js';
import { DomainError } from '../../common/domain-error.js';
import { pageHeaders } from '../../common/page.js';
import { ProblemFilter } from '../../common/problem.filter.js';
import { problemOf } from '../../common/problem.js';
import { wantsJson } from '../../common/wants-json.js';
import { signInFailedPage } from './sign-in.pages.js';

const FOUND = 302;
const SIGN_IN = '/console/sign-in';

/**
 * Shows errors of console routes on a page, or as `application/problem+json` to clients that accept JSON. A page that is
 * opened without a session redirects to the sign-in, which returns to it.
 */
@Catch()
export class ConsolePageFilter extends ProblemFilter implements ExceptionFilter {
  override catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toDomainError(thrown);
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    if (wantsJson(request.headers.accept)) return super.catch(error, host);
    const notSignedIn = error instanceof DomainError && error.code === 'not_signed_in';
    const back = request.method === 'GET' ? `${SIGN_IN}?${returnTo(request.url)}` : SIGN_IN;
    if (notSignedIn && request.method === 'GET')
      return void reply.header('cache-control', 'no-store').redirect(back, FOUND);
    const problem = problemOf(error, request.id);
    this.report(error, problem);
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined)
      reply.header('retry-after', String(error.retryAfterSeconds));
    void reply
      .status(problem.status)
      .headers(pageHeaders())
      .send(signInFailedPage(problem, notSignedIn ? back : SIGN_IN));
  }
}

function returnTo(url: string): string {
  return new URLSearchParams({ return_to: url }).toString();
}

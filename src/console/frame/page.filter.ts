import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { toDomainError } from '../../common/database-unavailable.js';
import { DomainError } from '../../common/domain-error.js';
import { ProblemFilter, SERVER_FAULT } from '../../common/problem.filter.js';
import { type Problem, problemOf } from '../../common/problem.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { ConsolePage } from './console-page.js';
import { errorView } from './error.view.js';
import { PageFrameService } from './page-frame.service.js';

const NOT_SIGNED_IN = 401;
const SEE_OTHER = 303;

/** Tells errors of the console on a page; sends who is not signed in to where one signs in. */
@Injectable()
@Catch()
export class PageFilter extends ProblemFilter implements ExceptionFilter {
  constructor(private readonly frame: PageFrameService) {
    super();
  }

  override catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<OperatorRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toDomainError(thrown);
    const problem = problemOf(error, request.id);
    this.report(error, problem);
    if (problem.status === NOT_SIGNED_IN) return toSignIn(request, reply);
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    void reply.status(problem.status);
    void this.frame.page(request, reply, pageOf(problem)).then((page) => reply.send(page));
  }
}

function pageOf(problem: Problem): ConsolePage {
  return new ConsolePage(undefined, problem.title, errorView(problem, problem.status >= SERVER_FAULT));
}

/** A form that was sent after the session's end is not sent again by itself. */
function toSignIn({ method, url }: OperatorRequest, reply: FastifyReply): void {
  const back = method === 'GET' && !url.includes('/live') ? url : '/console';
  const location = `/console/sign-in?${new URLSearchParams({ return_to: back }).toString()}`;
  void reply.status(SEE_OTHER).headers({ location, 'cache-control': 'no-store' }).send();
}

import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { toDomainError } from '../../common/database-unavailable.js';
import { DomainError } from '../../common/domain-error.js';
import { html, type Html } from '../../common/html.js';
import { ProblemFilter } from '../../common/problem.filter.js';
import { type Problem, problemOf } from '../../common/problem.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { ConsolePage } from './console-page.js';
import { PageFrameService } from './page-frame.service.js';

const UNAUTHORIZED = 401;
const SEE_OTHER = 303;
const INTERNAL_ERROR = 500;

/** Shows errors of the console as pages; redirects to the sign-in where there is no session. */
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
    if (problem.status === UNAUTHORIZED) return toSignIn(request, reply);
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.retryAfterSeconds));
    void reply.status(problem.status);
    const page = new ConsolePage(undefined, problem.title, errorView(problem));
    void this.frame.page(request, reply, page).then((text) => reply.send(text));
  }
}

function errorView({ status, detail, requestId }: Problem): Html {
  return html`<section class="panel lead">
    <p>${sentence(detail)}</p>
    <p class="actions"><a class="button" href="/console">Go to the overview</a></p>
    <p class="hint">Status ${status}, request <code>${requestId}</code>${
      status >= INTERNAL_ERROR ? ': the log has the details under this id.' : '.'
    }</p>
  </section>`;
}

function sentence(text: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

/** After a form the sign-in leads to the overview: the form is not submitted again. */
function toSignIn({ method, url }: OperatorRequest, reply: FastifyReply): void {
  const back = method === 'GET' && !url.includes('/live') ? url : '/console';
  const location = `/console/sign-in?${new URLSearchParams({ return_to: back }).toString()}`;
  void reply.status(SEE_OTHER).headers({ location, 'cache-control': 'no-store' }).send();
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, defer, firstValueFrom, type Observable, of } from 'rxjs';
import { DomainError } from '../../common/domain-error.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { SeeOther } from './see-other.js';
import { SubmittedForms } from './submitted-forms.js';

/** A path of the console; with a query at most. */
const OWN_PATH = /^\/console(?:[/?][\w%./?=&:@+-]*)?$/;

/**
 * What holds for every form: one that is sent twice is done once by the process that it reaches, and what a person can
 * mend is told on the page that the form was on.
 */
@Injectable()
export class FormInterceptor implements NestInterceptor {
  private readonly forms = new SubmittedForms<unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    if (request.method !== 'POST') return next.handle();
    const { _once: once, _back: back } = (request.body ?? {}) as Record<string, unknown>;
    const act = async (): Promise<unknown> => firstValueFrom(next.handle());
    const key = `${request.operator?.subject ?? ''} ${request.url} ${String(once)}`;
    return defer(() => (typeof once === 'string' ? this.forms.once(key, act) : act())).pipe(
      catchError((error: unknown) => of(toldOnPage(error, back))),
    );
  }
}

/** @throws what cannot be told there */
function toldOnPage(error: unknown, back: unknown): SeeOther {
  if (!(error instanceof DomainError) || typeof back !== 'string' || !OWN_PATH.test(back)) throw error;
  return SeeOther.failed(back, `${error.title}: ${error.detail}`);
}

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { catchError, defer, firstValueFrom, type Observable, of } from 'rxjs';
import { DomainError } from '../../common/domain-error.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { SeeOther } from './console-page.js';

const MAX_FORMS = 2000;
const FORM_TTL_MS = 10 * 60 * 1000;
/** A path of the console, with or without a query. */
const CONSOLE_PATH = /^\/console(?:[/?][\w%./?=&:@+-]*)?$/;

/**
 * For every form: a repeated submit to the same process runs the operation once, and an expected error is shown on the
 * page with the form.
 */
@Injectable()
export class FormInterceptor implements NestInterceptor {
  private readonly forms = new SubmittedForms<unknown>();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<OperatorRequest>();
    if (request.method !== 'POST') return next.handle();
    const { _once: once, _back: back } = (request.body ?? {}) as Record<string, unknown>;
    const run = async (): Promise<unknown> => firstValueFrom(next.handle());
    const key = typeof once === 'string' ? `${request.operator?.subject ?? ''} ${request.url} ${once}` : undefined;
    return defer(() => (key === undefined ? run() : this.forms.once(key, run))).pipe(
      catchError((error: unknown) => of(shownOnPage(error, back))),
    );
  }
}

/** @throws the error, where it is unexpected or there is no page to show it on */
function shownOnPage(error: unknown, back: unknown): SeeOther {
  if (!(error instanceof DomainError) || typeof back !== 'string' || !CONSOLE_PATH.test(back)) throw error;
  return SeeOther.failed(back, `${error.title}: ${error.detail}`);
}

/** The forms submitted lately, by the id that the page put into them. */
export class SubmittedForms<T> {
  private readonly results = new LRUCache<string, Promise<T>>({ max: MAX_FORMS, ttl: FORM_TTL_MS });

  /** Runs the operation, or resolves with its earlier result. A failed operation may be submitted again. */
  async once(key: string, run: () => Promise<T>): Promise<T> {
    const known = this.results.get(key);
    if (known) return known;
    const result = run();
    this.results.set(key, result);
    result.catch(() => this.results.delete(key));
    return result;
  }
}

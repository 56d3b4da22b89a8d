import {
  applyDecorators,
  type CallHandler,
  Controller,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { from, mergeMap, type Observable, of } from 'rxjs';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { OperatorRequestsInterceptor } from '../../identity/operator-requests.interceptor.js';
import { RequiresRole, type RequiredRole } from '../../identity/requires-role.decorator.js';
import { ConsolePage, SeeOther } from './console-page.js';
import { FormInterceptor } from './form.interceptor.js';
import { PageFilter } from './page.filter.js';
import { PageFrameService } from './page-frame.service.js';

/** Renders {@link ConsolePage} and {@link SeeOther}. */
@Injectable()
class PageInterceptor implements NestInterceptor {
  constructor(private readonly frame: PageFrameService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<OperatorRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      mergeMap((result: unknown) => {
        if (result instanceof ConsolePage) return from(this.frame.page(request, reply, result));
        return of(result instanceof SeeOther ? this.frame.seeOther(reply, result) : result);
      }),
    );
  }
}

/** Makes a class a controller of console pages. @param role the least role for its routes */
export const ConsoleRoutes = (path: string, role: RequiredRole): ClassDecorator =>
  applyDecorators(
    Controller(`console${path}`),
    RequiresRole(role),
    UseFilters(PageFilter),
    UseInterceptors(OperatorRequestsInterceptor, PageInterceptor, FormInterceptor),
  );

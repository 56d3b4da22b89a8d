import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { mergeMap, type Observable, of, from } from 'rxjs';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { ConsolePage } from './console-page.js';
import { PageFrameService } from './page-frame.service.js';
import { SeeOther } from './see-other.js';

/** Puts the frame around pages, and sends browsers on after forms. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
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

import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { defer, finalize, type Observable, of, switchMap } from 'rxjs';
import { KeyedSlots } from '../common/keyed-slots.js';
import { databaseConfig } from '../config/areas/database.config.js';
import { type OperatorRequest } from './current-operator.decorator.js';

/** Of the connections of the process: webhooks, probes and jobs need the others. */
const SHARE = 0.4;
const MAX_PER_PERSON = 2;
const MAX_WAITING_PER_PERSON = 50;

/** The requests of console and API that run in this process. */
@Injectable()
export class OperatorRequests extends KeyedSlots {
  constructor(@Inject(databaseConfig.KEY) { databasePoolSize }: ConfigType<typeof databaseConfig>) {
    const max = Math.max(1, Math.floor(databasePoolSize * SHARE));
    super({ max, maxPerKey: Math.min(max, MAX_PER_PERSON), maxWaitingPerKey: MAX_WAITING_PER_PERSON });
  }
}

/**
 * Lets requests of operators wait for each other, so that searches do not take all connections to the database. A request
 * has its slot until its queries have ended, also where its client is gone; one whose client is gone is not started.
 */
@Injectable()
export class OperatorRequestsInterceptor implements NestInterceptor {
  constructor(private readonly requests: OperatorRequests) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { operator, ip, raw } = context.switchToHttp().getRequest<OperatorRequest>();
    return defer(async () => this.requests.acquire(operator?.subject ?? ip)).pipe(
      switchMap((release) => {
        const handled = raw.socket.destroyed ? of(undefined) : next.handle();
        return handled.pipe(finalize(release));
      }),
    );
  }
}

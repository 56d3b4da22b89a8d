import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Operator } from './operator.js';

/** A request that the guard has let through; a public route's may have no operator. */
export type OperatorRequest = FastifyRequest & { operator?: Operator };

/** The operator behind the request: a parameter of a route that asks for a role. */
export const CurrentOperator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<OperatorRequest>().operator,
);

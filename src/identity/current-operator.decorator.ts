import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Operator } from './operator.js';

/** A request that has passed the {@link RoleGuard}; on a public route it may have no operator. */
export type OperatorRequest = FastifyRequest & { operator?: Operator };

/** The operator who sends the request; for parameters of routes that require a role. */
export const CurrentOperator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<OperatorRequest>().operator,
);

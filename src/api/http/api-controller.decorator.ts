import { applyDecorators, Controller, UseInterceptors, UsePipes } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { OperatorRequestsInterceptor } from '../../identity/operator-requests.interceptor.js';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor.js';
import { NoQueryInterceptor } from './no-query.interceptor.js';
import { ApiValidationPipe } from './validation.pipe.js';

/** Makes a class the controller of a resource of the API: `/api/v1/<resource>`. */
export function ApiController(resource: string): ClassDecorator {
  return applyDecorators(
    Controller(`api/v1/${resource}`),
    ApiTags(resource),
    UseInterceptors(OperatorRequestsInterceptor, NoQueryInterceptor, IdempotencyInterceptor),
    UsePipes(ApiValidationPipe),
  );
}

/** Documents the id in a route's path. */
export function ApiId(description: string, example: string, name = 'id'): MethodDecorator {
  return ApiParam({ name, description, example, schema: { type: 'string' } });
}

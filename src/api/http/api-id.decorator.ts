import { ApiParam } from '@nestjs/swagger';

/** Tells the documentation of the id in a route's path. */
export function ApiId(description: string, example: string, name = 'id'): MethodDecorator {
  return ApiParam({ name, description, example, schema: { type: 'string' } });
}

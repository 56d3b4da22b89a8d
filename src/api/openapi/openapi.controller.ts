import { All, Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { methodNotAllowed, unknownRoute } from '../http/api.errors.js';
import { Route } from '../http/route.decorator.js';
import { OpenApiService } from './openapi.service.js';

/** The OpenAPI document, and the errors for unknown routes and methods of the API. */
@ApiTags('documentation')
@Controller('api')
export class OpenApiController {
  constructor(private readonly openApi: OpenApiService) {}

  @Get('openapi.json')
  @Route({
    id: 'getOpenApi',
    role: 'public',
    summary: 'This document, OpenAPI 3.1',
    media: {
      type: 'application/json',
      schema: { type: 'object', additionalProperties: true },
      example: { openapi: '3.1.0' },
    },
  })
  document(): object {
    return this.openApi.document();
  }

  /** @throws {DomainError} 405 with `Allow` where the path has routes, else 404 */
  @All('*')
  @RequiresRole('public')
  @ApiExcludeEndpoint()
  notFound(@Req() { url }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): never {
    const methods = this.openApi.methodsOf(url.split('?', 1)[0] ?? '');
    if (methods.length === 0) throw unknownRoute();
    reply.header('allow', methods.join(', '));
    throw methodNotAllowed(methods);
  }
}

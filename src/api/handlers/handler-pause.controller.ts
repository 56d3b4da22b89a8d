import { Body, Delete, Get, Param, Put, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { HandlerOperations } from '../../operations/handler.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { ApiId } from '../http/api-id.decorator.js';
import { requireMatch, sendVersioned } from '../http/etag.js';
import { Route } from '../http/route.decorator.js';
import { HandlerReadsService } from './handler-reads.service.js';
import { PauseDto, PauseRequestDto } from './pause.dto.js';

const HandlerId = ApiId('`Class.method`', 'PingHandler.pong');
const NO_HANDLER = unknownHandler('Nobody.here', ['PingHandler.pong']);

/** Whether a handler takes new events. */
@ApiController('handlers/:id/pause')
export class HandlerPauseController {
  constructor(
    private readonly handlers: HandlerReadsService,
    private readonly actions: HandlerOperations,
  ) {}

  @Get()
  @HandlerId
  @Route({
    id: 'getHandlerPause',
    role: 'viewer',
    summary: 'Whether a handler is paused',
    version: 'read',
    response: PauseDto,
    errors: [NO_HANDLER],
  })
  async get(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendVersioned(request, reply, await this.toDto(id));
  }

  @Put()
  @HandlerId
  @Route({
    id: 'pauseHandler',
    role: 'operator',
    summary: 'Pause a handler',
    description:
      'It takes nothing new, in any process, within 5 s; what runs goes on, and what comes waits. A pause that there is holds on as it was.',
    version: 'changed',
    response: PauseDto,
    errors: [NO_HANDLER],
  })
  async pause(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Body() { reason }: PauseRequestDto,
    @Req() request: FastifyRequest,
  ): Promise<PauseDto> {
    await requireMatch(request, () => this.toDto(id));
    return PauseDto.of(await this.actions.pause(actorOf(operator), id, reason));
  }

  @Delete()
  @HandlerId
  @Route({
    id: 'resumeHandler',
    role: 'operator',
    summary: 'Let a paused handler go on',
    version: 'changed',
    errors: [NO_HANDLER],
  })
  async resume(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await requireMatch(request, () => this.toDto(id));
    await this.actions.resume(actorOf(operator), id);
  }

  private async toDto(id: string): Promise<PauseDto> {
    return (await this.handlers.one(id)).pause;
  }
}

// What one writes first: a Nest controller that verifies a webhook and saves it with a TypeORM repository.
import 'reflect-metadata';
import { Controller, ForbiddenException, Headers, Inject, Module, Post, RawBody } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, EntitySchema } from 'typeorm';
import { serveParent } from '../harness/parent.mjs';
import { DATABASE_URL, PORT } from './environment.mjs';
import { isSigned } from './signature.mjs';

const Webhook = new EntitySchema({
  name: 'Webhook',
  tableName: 'webhooks',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    eventId: { type: 'text', unique: true },
    eventName: { type: 'text' },
    workspaceId: { type: 'text' },
    payload: { type: 'jsonb' },
    receivedAt: { type: 'timestamptz', createDate: true },
  },
});

class WebhookController {
  constructor(webhooks) {
    this.webhooks = webhooks;
  }

  async receive(body, signature) {
    if (!isSigned(body, signature)) throw new ForbiddenException();
    const payload = JSON.parse(body);
    const { event_id: eventId, event: eventName, workspace_id: workspaceId } = payload;
    const { id } = await this.webhooks.save({ eventId, eventName, workspaceId, payload });
    return { id };
  }
}
Controller('webhook')(WebhookController);
Inject(getRepositoryToken(Webhook))(WebhookController, undefined, 0);
RawBody()(WebhookController.prototype, 'receive', 0);
Headers('x-plane-signature')(WebhookController.prototype, 'receive', 1);
Post()(WebhookController.prototype, 'receive', Object.getOwnPropertyDescriptor(WebhookController.prototype, 'receive'));

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: DATABASE_URL, entities: [Webhook] }),
    TypeOrmModule.forFeature([Webhook]),
  ],
  controllers: [WebhookController],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { rawBody: true, logger: ['error'] });
await app.get(DataSource).synchronize();
await app.listen(PORT, '127.0.0.1');
serveParent();

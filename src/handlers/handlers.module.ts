import { Module } from '@nestjs/common';
import { OpenItemsAgent } from './open-items.agent.js';
import { PingHandler } from './ping.handler.js';

/** The app's own handlers: add yours here. */
@Module({
  providers: [PingHandler, OpenItemsAgent],
})
export class HandlersModule {}

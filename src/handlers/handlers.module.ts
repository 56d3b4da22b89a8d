import { Module } from '@nestjs/common';
import { PingHandler } from './ping.handler.js';

/** The app's own handlers: add yours here. */
@Module({
  providers: [PingHandler],
})
export class HandlersModule {}

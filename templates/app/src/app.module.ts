import { Module } from '@nestjs/common';
import { PingHandler } from './ping.handler.js';

/** The handlers of this app: add yours here. */
@Module({
  providers: [PingHandler],
})
export class AppModule {}

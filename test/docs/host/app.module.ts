import { Injectable, Module } from '@nestjs/common';
import { HangarModule, OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';

@Injectable()
export class PingHandler {
  @OnPlaneEvent('workitem.comment.created')
  async pong(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    if (event.comment.text.trim() === '/ping') await context.reply('pong');
  }
}

@Module({ imports: [HangarModule.forRoot()], providers: [PingHandler] })
export class AppModule {}

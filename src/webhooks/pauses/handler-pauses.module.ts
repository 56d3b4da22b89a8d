import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HandlerPauseEntity } from './handler-pause.entity.js';
import { HandlerPausesRepository } from './handler-pauses.repository.js';
import { HandlerPausesService } from './handler-pauses.service.js';
import { HandlersDiscoveryModule } from '../discovery/handlers-discovery.module.js';

/** Which handlers are paused. */
@Module({
  imports: [TypeOrmModule.forFeature([HandlerPauseEntity]), HandlersDiscoveryModule],
  providers: [HandlerPausesRepository, HandlerPausesService],
  exports: [HandlerPausesService],
})
export class HandlerPausesModule {}

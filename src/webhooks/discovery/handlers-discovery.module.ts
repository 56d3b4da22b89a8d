import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { HandlerExplorer } from './handler.explorer.js';
import { HandlerRegistry } from './handler.registry.js';
import { PlaneEventAccessor } from './plane-event.accessor.js';

/** Finds the methods decorated with `@OnPlaneEvent`. */
@Module({
  imports: [DiscoveryModule],
  providers: [PlaneEventAccessor, HandlerExplorer, HandlerRegistry],
  exports: [HandlerRegistry],
})
export class HandlersDiscoveryModule {}

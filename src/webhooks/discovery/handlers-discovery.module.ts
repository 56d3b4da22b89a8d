import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AssignedHandlers } from './assigned-handlers.service.js';
import { HandlerExplorer } from './handler.explorer.js';
import { HandlerRegistry } from './handler.registry.js';

/** Finds the methods decorated with `@OnPlaneEvent` and `@OnLifecycleEvent`. */
@Module({
  imports: [DiscoveryModule],
  providers: [HandlerExplorer, HandlerRegistry, AssignedHandlers],
  exports: [HandlerExplorer, HandlerRegistry, AssignedHandlers],
})
export class HandlersDiscoveryModule {}

import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AssignedHandlers } from './assigned-handlers.service.js';
import { HandlerClasses } from './handler-classes.js';
import { HandlerExplorer } from './handler.explorer.js';
import { HandlerRegistry } from './handler.registry.js';

/** Finds the methods decorated with `@OnPlaneEvent` and `@OnLifecycleEvent`. */
@Module({
  imports: [DiscoveryModule],
  providers: [HandlerClasses, HandlerExplorer, HandlerRegistry, AssignedHandlers],
  exports: [HandlerClasses, HandlerExplorer, HandlerRegistry, AssignedHandlers],
})
export class HandlersDiscoveryModule {}

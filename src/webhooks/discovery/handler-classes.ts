import { Inject, Injectable, Optional } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { markFound } from './declared-handlers.js';
import { decoratedMethods, type HostedMethod } from './decorated-methods.js';

/** Injects the modules of the application that Hangar is a module of, where its container is another one than Hangar's. */
export const HOST_MODULES = Symbol('hangar:host-modules');

/** The providers and controllers of the app, among which are those with handlers. */
@Injectable()
export class HandlerClasses {
  private readonly discovery: DiscoveryService;

  constructor(
    own: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Optional() @Inject(HOST_MODULES) host?: ModulesContainer,
  ) {
    this.discovery = host ? new DiscoveryService(host) : own;
  }

  /** All of their methods; none of their handlers warns any more that nothing calls it. */
  *methods(): Generator<HostedMethod> {
    this.markFound();
    yield* decoratedMethods(this.discovery, this.scanner);
  }

  /** All instances, also those without methods. */
  instances(): object[] {
    const hosts = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const instances = hosts.map(({ instance }): unknown => instance);
    return instances.filter((each): each is object => typeof each === 'object' && each !== null);
  }

  /** See `declareHandlers`. */
  markFound(): void {
    for (const instance of this.instances()) markFound(instance);
  }
}

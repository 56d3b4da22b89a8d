import { Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LIFECYCLE_EVENT_METADATA, type LifecycleEventMetadata } from './on-lifecycle-event.decorator.js';
import { PLANE_EVENT_METADATA, type PlaneEventMetadata } from './on-plane-event.decorator.js';

/** Reads the metadata of `@OnPlaneEvent` and `@OnLifecycleEvent`. */
@Injectable()
export class PlaneEventAccessor {
  constructor(private readonly reflector: Reflector) {}

  /** `undefined` for a method without the decorator. */
  metadataOf(method: (...args: unknown[]) => unknown): PlaneEventMetadata | undefined {
    return this.reflector.get<PlaneEventMetadata | undefined>(PLANE_EVENT_METADATA, method);
  }

  /** `undefined` for a method without the decorator. */
  lifecycleMetadataOf(method: (...args: unknown[]) => unknown): LifecycleEventMetadata | undefined {
    return this.reflector.get<LifecycleEventMetadata | undefined>(LIFECYCLE_EVENT_METADATA, method);
  }
}

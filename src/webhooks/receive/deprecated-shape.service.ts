import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type PlaneEvent } from '../events/plane-event.js';

const REMEMBERED = 10_000;

/** Says, once a workspace and process, that Plane still sends its deprecated webhooks there (contract §6, v1). */
@Injectable()
export class DeprecatedShapeService {
  private readonly logger = new Logger(DeprecatedShapeService.name);
  private readonly told = new LRUCache<string, true>({ max: REMEMBERED });

  note({ source, workspaceId }: PlaneEvent): void {
    if (source !== 'v1' || this.told.has(workspaceId)) return;
    this.told.set(workspaceId, true);
    this.logger.log({
      msg: 'this workspace sends webhooks of version v1, which Plane Cloud has deprecated; its events are handled like any others',
      workspaceId,
    });
  }
}

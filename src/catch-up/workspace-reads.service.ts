import { Injectable } from '@nestjs/common';
import { type Installation } from '../installations/installation.js';
import { PlaneContextFactory } from '../webhooks/dispatch/plane-context.factory.js';
import { PlaneReads } from './plane-reads.js';

/** Makes what reads a workspace. */
@Injectable()
export class WorkspaceReadsService {
  constructor(private readonly contexts: PlaneContextFactory) {}

  /** Reads as the app's bot, at background priority; a call whose budget is used up fails at once, to be made later. */
  of(installation: Installation, signal: AbortSignal): PlaneReads {
    const plane = this.contexts.botClient(installation, { signal, priority: 'background', maxWaitMs: 0 });
    return new PlaneReads(plane, installation.workspaceSlug);
  }
}

import { findPackageJSON } from 'node:module';
import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { type AuditEntry } from './audit-entry.js';
import { AuditService } from './audit.service.js';
import { configurationDetails } from './configuration-details.js';

const INITIAL_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;

/** Records the start of a server and its configuration in the audit log, with retries; the start does not wait for it. */
@Injectable()
export class ServerStartService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ServerStartService.name);
  private readonly stopped = new AbortController();
  private recording: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: HangarConfig,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    this.recording = this.recordWithRetries(this.entry()).catch((err: unknown) =>
      this.logger.error({ msg: 'failed to record the start in the audit log', err }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.recording;
  }

  private async recordWithRetries(entry: AuditEntry): Promise<void> {
    for (let backoffMs = INITIAL_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS))
      try {
        return await this.audit.record(entry);
      } catch {
        await wait(backoffMs, undefined, { signal: this.stopped.signal, ref: false });
      }
  }

  private entry(): AuditEntry {
    const { roles, production, planeBaseUrl, oidcIssuer } = this.config;
    return {
      by: { kind: 'server', id: hostname() },
      action: 'server.start',
      outcome: 'done',
      details: {
        startedAt: new Date(),
        version: version(),
        node: process.version,
        process: process.pid,
        roles,
        production,
        planeBaseUrl,
        sso: oidcIssuer !== undefined,
        ...configurationDetails(this.config),
      },
    };
  }
}

function version(): string {
  const path = findPackageJSON(import.meta.url);
  return path === undefined ? '' : (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

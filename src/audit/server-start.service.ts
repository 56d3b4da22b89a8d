import { findPackageJSON } from 'node:module';
import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { type AuditEntry } from './audit-entry.js';
import { AuditService } from './audit.service.js';
import { configurationDetails } from './configuration-details.js';

const INITIAL_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;

/** Books the start of a server, and what it is configured to. The start waits for nothing; what fails is tried again. */
@Injectable()
export class ServerStartService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ServerStartService.name);
  private readonly stopping = new AbortController();
  private booking: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: HangarConfig,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    this.booking = this.book(this.entry()).catch((err: unknown) =>
      this.logger.error({ msg: 'this start is not in the audit log', err }),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.booking;
  }

  private async book(entry: AuditEntry): Promise<void> {
    for (let pause = INITIAL_BACKOFF_MS; ; pause = Math.min(pause * 2, MAX_BACKOFF_MS))
      try {
        return await this.audit.record(entry);
      } catch {
        await wait(pause, undefined, { signal: this.stopping.signal, ref: false });
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

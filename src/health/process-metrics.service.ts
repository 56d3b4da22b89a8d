import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { MetricsService } from '../observability/metrics.service.js';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;
/** How finely delays are seen; a finer sight would wake an idle process more often. */
const RESOLUTION_MS = 20;
/** Above any machine's memory: a control group that sets no limit says such a number. */
const NO_LIMIT_BYTES = 2 ** 50;

/** Tells what this process is and what it takes, by the names that Prometheus' client libraries share. */
@Injectable()
export class ProcessMetricsService {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(
    config: HangarConfig,
    private readonly metrics: MetricsService,
  ) {
    metrics.gauge('hangar_build_info', 'The release that runs, and its Node.js; always 1.', async () => [
      { value: 1, labels: { version: version(), node: process.versions.node } },
    ]);
    metrics.gauge('hangar_role', 'The roles of this process; 1 for each that it has.', async () =>
      config.roles.map((role) => ({ value: 1, labels: { role } })),
    );
    this.tellMemory();
    this.tellTime();
  }

  private tellMemory(): void {
    this.tell('process_resident_memory_bytes', 'Memory that the process holds.', () =>
      process.memoryUsage.rss(),
    );
    this.tell(
      'nodejs_heap_size_used_bytes',
      'Memory that its objects take.',
      () => process.memoryUsage().heapUsed,
    );
    const limit = process.constrainedMemory();
    if (limit > 0 && limit < NO_LIMIT_BYTES)
      this.tell(
        'hangar_memory_limit_bytes',
        'Memory at which the process is killed: the limit of its container.',
        () => limit,
      );
  }

  private tellTime(): void {
    const startedAt = Date.now() / 1000 - process.uptime();
    this.tell('process_start_time_seconds', 'When it started, as seconds since 1970.', () => startedAt);
    this.metrics.observableCounter(
      'process_cpu_seconds_total',
      'Time of processors that it has used.',
      () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / MICROSECONDS;
      },
    );
    this.delay.enable();
    this.tell(
      'nodejs_eventloop_lag_p99_seconds',
      'How late its timers were, 99 of 100, since the last scrape.',
      () => {
        const apart = this.delay.percentile(99) / NANOSECONDS;
        this.delay.reset();
        return Math.max(0, apart - RESOLUTION_MS / 1000);
      },
    );
  }

  private tell(name: string, description: string, read: () => number): void {
    this.metrics.gauge(name, description, async () => [{ value: read() }]);
  }
}

/** The version of the Hangar package. */
export function version(): string {
  const manifest = findPackageJSON('..', import.meta.url);
  return manifest === undefined
    ? 'unknown'
    : (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

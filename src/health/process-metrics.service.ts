import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService } from '../observability/metrics.service.js';

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;
/** Resolution of the measured delays; a finer one would wake an idle process more often. */
const RESOLUTION_MS = 20;
/** Above any machine's memory: cgroups without a limit report such a number. */
const NO_LIMIT_BYTES = 2 ** 50;

/** Exports the release, roles and resource use of this process, under the names of Prometheus' client libraries. */
@Injectable()
export class ProcessMetricsService {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    private readonly metrics: MetricsService,
  ) {
    metrics.gauge('hangar_build_info', 'Release and Node.js version; always 1.', async () => [
      { value: 1, labels: { version: version(), node: process.versions.node } },
    ]);
    metrics.gauge('hangar_role', '1 for each role of this process.', async () =>
      config.roles.map((role) => ({ value: 1, labels: { role } })),
    );
    this.exportMemory();
    this.exportTimes();
  }

  private exportMemory(): void {
    this.gauge('process_resident_memory_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss());
    this.gauge(
      'nodejs_heap_size_used_bytes',
      'Used memory of the JavaScript heap.',
      () => process.memoryUsage().heapUsed,
    );
    const limit = process.constrainedMemory();
    if (limit > 0 && limit < NO_LIMIT_BYTES)
      this.gauge(
        'hangar_memory_limit_bytes',
        'Memory limit of the container, at which the process is killed.',
        () => limit,
      );
  }

  private exportTimes(): void {
    const startedAt = Date.now() / 1000 - process.uptime();
    this.gauge('process_start_time_seconds', 'Start time of the process, in seconds since 1970.', () => startedAt);
    this.metrics.observableCounter('process_cpu_seconds_total', 'CPU time used by the process.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICROSECONDS;
    });
    this.delay.enable();
    this.gauge(
      'nodejs_eventloop_lag_p99_seconds',
      '99th percentile of the event loop delay since the last scrape.',
      () => {
        const interval = this.delay.percentile(99) / NANOSECONDS;
        this.delay.reset();
        return Math.max(0, interval - RESOLUTION_MS / 1000);
      },
    );
  }

  private gauge(name: string, description: string, read: () => number): void {
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

import { Controller, Get, HttpCode } from '@nestjs/common';
import { ReadinessService, type Readiness } from './readiness.service.js';

/** Liveness and readiness probes. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  /** Liveness: the process responds. */
  @Get('live')
  @HttpCode(200)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Readiness: database reachable, schema current, queue running, not shutting down. */
  @Get('ready')
  async ready(): Promise<Readiness> {
    return this.readiness.requireReady();
  }
}

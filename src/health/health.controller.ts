import { Controller, Get, HttpCode } from '@nestjs/common';
import { ReadinessService, type Readiness } from './readiness.service.js';

/** What an orchestrator asks. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: ReadinessService) {}

  /** The process answers. */
  @Get('live')
  @HttpCode(200)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process can do its work: database reachable, schema current, queue running, not shutting down. */
  @Get('ready')
  async ready(): Promise<Readiness> {
    return this.readiness.requireReady();
  }
}

import { Get, Query } from '@nestjs/common';
import { AuditLogService } from '../../../audit/audit-log.service.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { type RawQuery } from '../parts/query.js';
import { auditQuery } from './audit-query.js';
import { auditView } from './audit.view.js';

const PAGE = 50;

/** `/console/audit`: who did what. */
@ConsoleRoutes('/audit', 'admin')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  async list(@Query() query: RawQuery): Promise<ConsolePage> {
    const asked = auditQuery(query);
    const cursor = asked.before === undefined ? {} : { before: asked.before };
    const { entries, next } = await this.log.page(asked.filter, { limit: PAGE, ...cursor });
    return new ConsolePage('audit', 'Audit', auditView(entries, next, asked));
  }
}

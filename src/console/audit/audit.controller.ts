import { Get, Post, Query } from '@nestjs/common';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { type Operator } from '../../identity/operator.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { countText } from '../parts/format.js';
import { type RawQuery } from '../parts/query.js';
import { auditQuery } from './audit-query.js';
import { auditView } from './audit.view.js';

const PATH = '/console/audit';
const PAGE_SIZE = 50;

/** `/console/audit`: the audit log. */
@ConsoleRoutes('/audit', 'admin')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const parsed = auditQuery(query);
    const { filter, before, unknown } = parsed;
    const page = unknown.length > 0 ? { entries: [] } : await this.log.page(filter, { limit: PAGE_SIZE, before });
    return new ConsolePage('audit', 'Audit', auditView(page, parsed, operator));
  }

  /** Verifies the whole hash chain. */
  @Post('verify')
  async verify(): Promise<SeeOther> {
    const { ok, entries, faultCount: problems } = await this.log.verify();
    return ok
      ? SeeOther.done(PATH, `The chain of all ${countText(entries, 'entry', 'entries')} is intact.`)
      : SeeOther.failed(PATH, `The chain has ${countText(problems, 'problem')}: "npx hangar audit verify" lists them.`);
  }
}

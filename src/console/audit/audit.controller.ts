import { Get, Post, Query } from '@nestjs/common';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { type Operator } from '../../identity/operator.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { SeeOther } from '../frame/see-other.js';
import { countText } from '../parts/count-text.js';
import { type RawQuery } from '../parts/query.js';
import { auditQuery } from './audit-query.js';
import { auditView } from './audit.view.js';

const PAGE = 50;

/** `/console/audit`: who did what. */
@ConsoleRoutes('/audit', 'admin')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const asked = auditQuery(query);
    const cursor = asked.before === undefined ? {} : { before: asked.before };
    const { entries, next } = await this.log.page(asked.filter, { limit: PAGE, ...cursor });
    return new ConsolePage('audit', 'Audit', auditView(entries, next, asked, operator));
  }

  /** Looks at the whole chain. */
  @Post('verify')
  async verify(): Promise<SeeOther> {
    const { ok, entries, faultCount } = await this.log.verify();
    if (ok)
      return SeeOther.done(
        '/console/audit',
        `The chain of all ${countText(entries, 'entry', 'entries')} is whole.`,
      );
    const faults = countText(faultCount, 'fault');
    return SeeOther.failed(
      '/console/audit',
      `The chain has ${faults}: "npx hangar audit verify" names them.`,
    );
  }
}

import { Readable } from 'node:stream';
import { Get, Query, StreamableFile } from '@nestjs/common';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { type AuditRecord } from '../../audit/audit-record.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { AuditOperations } from '../../operations/audit.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, placeOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { AuditFilterQuery, AuditQuery } from './audit.query.js';
import { AuditRecordDto } from './audit-record.dto.js';
import { AuditVerificationDto } from './audit-verification.dto.js';

const JSON_LINES = 'application/jsonl';
const SEQ = /^\d{1,15}$/;

/** Who did what to what. For admins: it tells what everybody did, with names and addresses. */
@ApiController('audit')
export class AuditController {
  constructor(
    private readonly log: AuditLogService,
    private readonly actions: AuditOperations,
  ) {}

  @Get()
  @Route({
    id: 'listAudit',
    role: 'admin',
    summary: 'The audit log, the newest first',
    query: true,
    response: pageDto('AuditPage', AuditRecordDto),
  })
  async list(@Query() { limit, cursor, ...filter }: AuditQuery): Promise<Page<AuditRecordDto>> {
    const place = placeOf(cursor, (text) => SEQ.test(text));
    const before = place === undefined ? {} : { before: Number(place) };
    const { entries, next } = await this.log.page(filter, { limit, ...before });
    return {
      items: entries.map(AuditRecordDto.of),
      ...(next !== undefined && { next: cursorOf(String(next)) }),
    };
  }

  @Get('export')
  @Route({
    id: 'exportAudit',
    role: 'admin',
    summary: 'The audit log as JSON lines, the oldest first',
    description: 'The export is itself audited. A stream that ends without its last line break was cut off.',
    query: true,
    media: {
      type: JSON_LINES,
      schema: { type: 'string', description: 'An AuditRecord a line' },
      example: `{"seq":1,"at":"2026-01-31T09:00:00.000Z","by":{"kind":"server","id":"hangar-0"},"action":"server.start","outcome":"done","hash":"9f86d081"}\n`,
    },
  })
  async export(
    @CurrentOperator() operator: Operator,
    @Query() filter: AuditFilterQuery,
  ): Promise<StreamableFile> {
    const lines = Readable.from(linesOf(await this.actions.export(actorOf(operator), filter)));
    return new StreamableFile(lines, { type: JSON_LINES, disposition: 'attachment; filename="audit.jsonl"' });
  }

  @Get('verify')
  @Route({
    id: 'verifyAudit',
    role: 'admin',
    summary: 'Whether the audit log is as it was written',
    response: AuditVerificationDto,
  })
  async verify(): Promise<AuditVerificationDto> {
    return AuditVerificationDto.of(await this.log.verify());
  }
}

async function* linesOf(entries: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(AuditRecordDto.of(entry))}\n`;
}

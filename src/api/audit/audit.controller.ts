import { Readable } from 'node:stream';
import { Get, Query, StreamableFile } from '@nestjs/common';
import { AuditLogService } from '../../audit/audit-log.service.js';
import { type AuditRecord } from '../../audit/audit-record.js';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { AuditOperations } from '../../operations/audit.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { AuditFilterQuery, AuditQuery, AuditRecordDto, AuditVerificationDto } from './audit.dto.js';

const JSON_LINES = 'application/jsonl';
const SEQ = /^\d{1,15}$/;

/** The audit log. For admins only: it shows what every person did, with names and addresses. */
@ApiController('audit')
export class AuditController {
  constructor(
    private readonly log: AuditLogService,
    private readonly operations: AuditOperations,
  ) {}

  @Get()
  @Route({
    id: 'listAudit',
    role: 'admin',
    summary: 'List the audit log, newest first',
    query: true,
    response: pageDto('AuditPage', AuditRecordDto),
  })
  async list(@Query() { limit, cursor, ...filter }: AuditQuery): Promise<Page<AuditRecordDto>> {
    const position = positionOf(cursor, (text) => SEQ.test(text));
    const before = position === undefined ? {} : { before: Number(position) };
    const { entries, next } = await this.log.page(filter, { limit, ...before });
    return {
      items: entries.map(AuditRecordDto.of),
      ...(next !== undefined && { next: cursorOf(String(next)) }),
    };
  }

  @Get('export')
  @AuditedRead()
  @Route({
    id: 'exportAudit',
    role: 'admin',
    summary: 'Export the audit log as JSON lines, oldest first',
    description: 'The export itself is audited. A response that does not end with a line break is incomplete.',
    query: true,
    media: {
      type: JSON_LINES,
      schema: { type: 'string', description: 'One AuditRecord per line' },
      example: `{"seq":1,"at":"2026-01-31T09:00:00.000Z","by":{"kind":"server","id":"hangar-0"},"action":"server.start","outcome":"done","hash":"9f86d081"}\n`,
    },
  })
  async export(@CurrentOperator() operator: Operator, @Query() filter: AuditFilterQuery): Promise<StreamableFile> {
    const lines = Readable.from(linesOf(await this.operations.export(actorOf(operator), filter)));
    return new StreamableFile(lines, { type: JSON_LINES, disposition: 'attachment; filename="audit.jsonl"' });
  }

  @Get('verify')
  @Route({
    id: 'verifyAudit',
    role: 'admin',
    summary: 'Check the audit log for changed, removed and inserted entries',
    response: AuditVerificationDto,
  })
  async verify(): Promise<AuditVerificationDto> {
    return AuditVerificationDto.of(await this.log.verify());
  }
}

async function* linesOf(entries: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(AuditRecordDto.of(entry))}\n`;
}

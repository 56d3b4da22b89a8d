import { Command, InvalidArgumentError, Option } from 'commander';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit/audit-entry.js';
import { AuditLogService, type AuditVerification } from '../audit/audit-log.service.js';
import { type AuditFilter, type AuditRecord, type ChainPoint } from '../audit/audit-record.js';
import { AuditModule } from '../audit/audit.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { AuditOperations } from '../operations/audit.operations.js';
import { date, listLimit, wholeNumber } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['SEQ', 'AT', 'WHO', 'FROM', 'ACTION', 'TARGET', 'OUTCOME'];

interface FilterOptions extends AuditFilter, CommonOptions {
  readonly actor?: string;
}

/** `hangar audit`: reads, verifies and exports the audit log. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('read, verify and export the audit log')
    .addCommand(listCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand());
}

function filtered(name: string): Command {
  return new Command(name)
    .addOption(new Option('--action <action>', 'only this action').choices(AUDIT_ACTIONS))
    .option('--actor <id>', 'only this person, program or user')
    .option('--target <target>', 'only this target, such as token/<id>')
    .addOption(new Option('--outcome <outcome>', 'only this outcome').choices(AUDIT_OUTCOMES))
    .option('--since <time>', 'at or after this time, such as 2026-01-31T09:00Z or 1h (an hour ago)', date)
    .option('--until <time>', 'before this time', date)
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return filtered('list')
    .description('list entries, newest first')
    .option('--limit <count>', 'maximum number of entries', listLimit, 50)
    .option('--before <seq>', 'only entries before this number', wholeNumber)
    .action(async ({ json, limit, before, ...options }: FilterOptions & { limit: number; before?: number }) => {
      await withServices([AuditModule], async (context) => {
        const page = await context.get(AuditLogService).page(filterOf(options), { limit, before });
        const more = page.next === undefined ? [] : [`More results: --before ${page.next}`];
        print(json, page, [...tableOf(page.entries), ...more]);
      });
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('check that no entry was changed, removed or inserted; exit with 1 otherwise')
    .option('--expect <seq:hash>', 'the known hash of an entry, kept outside of the database', anchor)
    .option('--json', 'print JSON')
    .action(async ({ json, expect }: CommonOptions & { expect?: ChainPoint }) => {
      await withServices([AuditModule], async (context) => {
        const found = await context.get(AuditLogService).verify(expect);
        print(json, found, verdict(found));
        if (!found.ok) process.exitCode = 1;
      });
    });
}

function exportCommand(): Command {
  return filtered('export')
    .description('print every entry as a line of JSON, oldest first; the export is recorded itself')
    .action(async (options: FilterOptions) => {
      await withServices([OperationsModule], async (context) => {
        const entries = await context.get(AuditOperations).export(commandActor(), filterOf(options));
        for await (const entry of entries) print(true, entry, []);
      });
    });
}

function filterOf({ action, actor: actorId, target, outcome, since, until }: FilterOptions): AuditFilter {
  return { action, actorId, target, outcome, since, until };
}

function tableOf(entries: readonly AuditRecord[]): string[] {
  const rows = entries.map(({ seq, at, by, action, target = '', outcome }) => {
    const who = `${by.kind} ${by.name === undefined ? by.id : `${by.name} (${by.id})`}`;
    return [String(seq), at.toJSON() ?? '', who, by.from ?? '', action, target, outcome];
  });
  return table(HEADS, rows);
}

function verdict({ ok, entries, head, faults: errors, faultCount: errorCount }: AuditVerification): string[] {
  const end = head ? `Last entry: ${head.seq}:${head.hash}` : 'audit_head is empty';
  if (ok) return [`All ${entries} entries are intact. ${end}`];
  const rest = errorCount - errors.length;
  return [
    `The audit log was manipulated or is damaged: ${errorCount} error(s) in ${entries} entries. ${end}`,
    ...errors.map(({ text }) => `  ${text}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function anchor(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError('It must be number and hash of an entry, such as 12:0f3a….');
  return { seq: Number(seq), hash };
}

import { Command, InvalidArgumentError, Option } from 'commander';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../audit/audit-entry.js';
import { AuditLogService, type AuditVerification } from '../audit/audit-log.service.js';
import { type AuditFilter, type AuditRecord, type ChainPoint } from '../audit/audit-record.js';
import { AuditModule } from '../audit/audit.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { AuditOperations } from '../operations/audit.operations.js';
import { date, wholeNumber } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['SEQ', 'AT', 'WHO', 'FROM', 'ACTION', 'TARGET', 'OUTCOME'];

interface FilterOptions extends AuditFilter, CommonOptions {
  readonly actor?: string;
}

/** `hangar audit`: who did what to what, when, from where, with what outcome. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('who did what to what, when, from where, with what outcome')
    .addCommand(listCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand());
}

function filtered(name: string): Command {
  return new Command(name)
    .addOption(new Option('--action <action>', 'of this kind').choices(AUDIT_ACTIONS))
    .option('--actor <id>', 'by this person, program or user')
    .option('--target <target>', 'done to this, such as token/<id>')
    .addOption(new Option('--outcome <outcome>', 'that ended so').choices(AUDIT_OUTCOMES))
    .option('--since <time>', 'then or later, such as 2026-01-31T09:00Z', date)
    .option('--until <time>', 'before', date)
    .option('--json', 'print JSON');
}

function listCommand(): Command {
  return filtered('list')
    .description('the newest entries')
    .option('--limit <count>', 'how many', wholeNumber, 50)
    .option('--before <seq>', 'those before this entry', wholeNumber)
    .action(
      async ({ json, limit, before, ...options }: FilterOptions & { limit: number; before?: number }) => {
        await withServices([AuditModule], async (context) => {
          const place = { limit, ...(before !== undefined && { before }) };
          const page = await context.get(AuditLogService).page(filterOf(options), place);
          const more = page.next === undefined ? [] : [`There are more: --before ${page.next}`];
          const lines = page.entries.length === 0 ? ['There are none.'] : listed(page.entries);
          print(json, page, [...lines, ...more]);
        });
      },
    );
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('say whether an entry was changed, removed or put in; exits with 1 where one was')
    .option('--expect <seq:hash>', 'what an entry was, from a place outside of the database', anchor)
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
    .description('every entry, the oldest first, a line of JSON each; the export itself is an entry')
    .action(async (options: FilterOptions) => {
      await withServices([OperationsModule], async (context) => {
        const entries = await context.get(AuditOperations).export(commandActor(), filterOf(options));
        for await (const entry of entries) print(true, entry, []);
      });
    });
}

function filterOf({ action, actor, target, outcome, since, until }: FilterOptions): AuditFilter {
  return {
    ...(action !== undefined && { action }),
    ...(actor !== undefined && { actorId: actor }),
    ...(target !== undefined && { target }),
    ...(outcome !== undefined && { outcome }),
    ...(since && { since }),
    ...(until && { until }),
  };
}

function listed(entries: readonly AuditRecord[]): string[] {
  const rows = entries.map(({ seq, at, by, action, target = '', outcome }) => {
    const who = `${by.kind} ${by.name === undefined ? by.id : `${by.name} (${by.id})`}`;
    return [String(seq), at.toJSON() ?? '', who, by.from ?? '', action, target, outcome];
  });
  return table(HEADS, rows);
}

function verdict({ ok, entries, head, faults, faultCount }: AuditVerification): string[] {
  const end = head ? `It ends with ${head.seq}:${head.hash}` : 'It has no end';
  if (ok) return [`All ${entries} entries are as they were written. ${end}`];
  const rest = faultCount - faults.length;
  return [
    `The audit log was tampered with, or is damaged: ${faultCount} fault(s) in ${entries} entries. ${end}`,
    ...faults.map(({ text }) => `  ${text}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function anchor(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError('It must be the number and the hash of an entry, as 12:0f3a….');
  return { seq: Number(seq), hash };
}

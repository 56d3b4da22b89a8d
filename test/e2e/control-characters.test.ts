import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { SAMPLE } from '../../simulator/world/seed.js';
import { type CommandResult, hangarCommand } from '../support/cli.js';
import { failedDelivery } from '../support/console-visitor.js';
import { FIXTURE_SECRET, HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

/** A title for the terminal, a C1 sequence, DEL, changes of direction, separators of lines, a carriage return. */
const DIRTY = '\u001B]0;x\u0007\u009B2J\u007F\u202E\u2066\u200F\u2028\u2029\u061C\r';
const CONTROLS = /(?!\n)[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** Columns of the database that commands print. */
const DIRTY_COLUMNS: readonly [table: string, columns: readonly string[]][] = [
  ['installations', ['workspace_name', 'workspace_slug', 'installed_by']],
  ['tokens', ['last_error']],
  ['deliveries', ['event_name', 'entity_id', 'work_item_id']],
  ['delivery_outcomes', ['last_error']],
  ['people', ['name', 'email']],
  ['linked_users', ['plane_user_id']],
  ['handler_pauses', ['paused_by', 'reason']],
  ['webhook_secrets', ['workspace_id']],
  ['activity_minutes', ['handler']],
  ['agent_runs', ['workspace_id', 'work_item_id', 'project_id', 'comment_id', 'creator_id', 'run_id']],
  ['scheduled_tasks', ['name', 'workspace_id', 'key', 'entity_id', 'reason']],
  ['catch_up_runs', ['requested_by', 'error']],
  ['catch_up_gaps', ['kind', 'entity_id', 'detail']],
  ['agent_turns', ['reason', 'reference', 'handler', 'prompt_id']],
];

describe('control characters of the database reach neither terminal nor JSON of a command', () => {
  let together: HangarWithSimulator;
  let [delivery, handled, letter, run, task] = ['', '', '', '', ''];

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.install();
    await together.deliver(pingWebhook('v2'));
    await makeDeadLetter();
    handled = await oneId(`SELECT id FROM deliveries ORDER BY received_at LIMIT 1`);
    run = await makeRun();
    task = await makeTask();
    await hangar('webhook-secrets', 'set', 'sandbox');
    await makeDirty();
    delivery = await oneId(`SELECT id FROM deliveries ORDER BY received_at DESC LIMIT 1`);
  });

  afterAll(async () => {
    await together.stop();
  });

  const hangar = (...args: string[]): Promise<CommandResult> =>
    hangarCommand(args, { ...together.environment, PUBLIC_URL: together.url }, `plane_wh_${'7'.repeat(32)}`);

  async function oneId(sql: string): Promise<string> {
    const [row] = await together.database.query<{ id: string }>(sql);
    return row?.id ?? '';
  }

  async function makeDeadLetter(): Promise<void> {
    await failedDelivery(together, pingWebhook('v2'));
    letter = await until('the dead letter', async () => {
      const { deadLetters } = JSON.parse((await hangar('dead-letters', 'list', '--json')).stdout) as {
        deadLetters: { id: string }[];
      };
      return deadLetters[0]?.id;
    });
  }

  /** A run of the agent with a turn. */
  async function makeRun(): Promise<string> {
    await together.plane.post('/runs', { text: '@your-app how many open items are there?' });
    return until('the turn to be closed', async () => {
      const [turn] = await together.database.query<{ run: string }>(
        `SELECT run_id AS run FROM agent_turns WHERE state = 'closed'`,
      );
      return turn?.run;
    });
  }

  /** A task of a former release. */
  async function makeTask(): Promise<string> {
    return oneId(
      `INSERT INTO scheduled_tasks (id, name, installation_id, workspace_id, data, due_at)
       SELECT gen_random_uuid(), 'former', id, workspace_id, '{}', now() + interval '1 day' FROM installations RETURNING id`,
    );
  }

  async function makeDirty(): Promise<void> {
    const { database } = together;
    await database.query(
      `INSERT INTO people (issuer, subject, name, email, role) VALUES ('https://login', $1, 'Ann', 'a@example.com', 'admin')`,
      [`ann${DIRTY}`],
    );
    await database.query(
      `INSERT INTO linked_users (base_url, plane_user_id, issuer, subject) VALUES ($1, 'user', 'https://login', $2)`,
      [together.environment.PLANE_BASE_URL, `ann${DIRTY}`],
    );
    await database.query(
      `INSERT INTO handler_pauses (handler, paused_at, paused_by, reason) VALUES ($1, now(), 'ann', 'why')`,
      ['PingHandler.pong'],
    );
    await database.query(
      `INSERT INTO parked_jobs (id, queue, data, awaits) VALUES (gen_random_uuid(), $1, '{}', 'install:nowhere')`,
      [`Former.run${DIRTY}`],
    );
    await database.query(
      `INSERT INTO catch_up_runs (id, installation_id, reason, requested_by, since, until, state, error, ended_at)
       SELECT gen_random_uuid(), id, 'operator', 'ann', now(), now(), 'failed', 'no', now() FROM installations`,
    );
    await database.query(
      `INSERT INTO catch_up_gaps (id, installation_id, run_id, key, kind, entity_id, detail)
       SELECT gen_random_uuid(), id, id, 'key', 'workitem', 'item', 'gone' FROM installations`,
    );
    for (const [table, columns] of DIRTY_COLUMNS)
      await database.query(`UPDATE ${table} SET ${columns.map((name) => `${name} = ${name} || $1`).join(', ')}`, [
        DIRTY,
      ]);
    await database.query(`UPDATE deliveries SET body = body || convert_to($1, 'UTF8'), headers = $2`, [
      DIRTY,
      { 'x-plane-event': DIRTY, [`x${DIRTY}`]: 'x' },
    ]);
    await database.query('UPDATE delivery_outcomes SET attempts = $1, log = $2', [
      JSON.stringify([{ at: '2026-01-31T09:00:00Z', attempt: 1, state: 'failed', ms: 1, error: `no${DIRTY}` }]),
      JSON.stringify([{ at: '2026-01-31T09:00:00Z', level: 'warn', message: `no${DIRTY}` }]),
    ]);
    await database.query(`UPDATE pgboss.job SET output = $1 WHERE state <> 'active'`, [{ message: `no${DIRTY}` }]);
    await database.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep');
    await database.query(
      `UPDATE audit_log SET actor_id = actor_id || $1, actor_name = $1, actor_from = $1, target = $1, details = $2`,
      [DIRTY, { text: DIRTY }],
    );
    await database.query('ALTER TABLE audit_log ENABLE TRIGGER audit_log_keep');
  }

  /** Every command, with arguments that make it print what is stored. Those that change rows are last. */
  const invocations = (): readonly (readonly string[])[] => [
    ['doctor'],
    ['migrate'],
    ['installations', 'list'],
    ['catch-up', SAMPLE.workspaceId],
    ['catch-up', SAMPLE.workspaceId, '--since', `x${DIRTY}`],
    ['tokens', 'list'],
    ['deliveries', 'list'],
    ['deliveries', 'show', delivery],
    ['deliveries', 'show', handled],
    ['deliveries', 'replay', '--event', `x${DIRTY}`, '--dry-run'],
    ['dead-letters', 'list'],
    ['dead-letters', 'redrive', '--handler', `x${DIRTY}`],
    ['dead-letters', 'redrive', letter, '--dry-run'],
    ['handlers'],
    ['handlers', 'pause', `x${DIRTY}`],
    ['handlers', 'resume', `x${DIRTY}`],
    ['activity'],
    ['agents', 'list', '--workspace', `x${DIRTY}`],
    ['agents', 'list'],
    ['agents', 'show', run],
    ['agents', 'stop', run],
    ['tasks', 'list'],
    ['tasks', 'list', '--name', `x${DIRTY}`],
    ['tasks', 'show', task],
    ['tasks', 'cancel', task],
    ['schedules', 'list'],
    ['webhook', 'send', `/nowhere${DIRTY}`],
    ['webhook', 'send', '--delivery', delivery],
    ['webhook-secrets', 'list'],
    ['webhook-secrets', 'set', `x${DIRTY}`],
    ['webhook-secrets', 'remove', `x${DIRTY}`],
    ['webhook-secrets', 'fingerprint', '--file', `/nowhere${DIRTY}`],
    ['connections', 'move', `http://x${DIRTY}`, 'http://plane.example'],
    ['people', 'list'],
    ['people', 'show', `ann${DIRTY}`],
    ['people', 'disable', `ann${DIRTY}`],
    ['people', 'enable', `ann${DIRTY}`],
    ['people', 'unlink', `user${DIRTY}`],
    ['tokens', 'refresh', `x${DIRTY}`],
    ['tokens', 'revoke', `x${DIRTY}`],
    ['keys', 'rotate'],
    ['audit', 'list'],
    ['audit', 'verify'],
    ['audit', 'export'],
    ['deliveries', 'list', '--since', `x${DIRTY}`],
    ['deliveries', 'list', '--workspace', `x${DIRTY}`],
    [`x${DIRTY}`],
    ['doctor', `--x${DIRTY}`],
  ];

  it('for every command there is', async () => {
    const covered = invocations().map((args) => args.slice(0, 2).join(' '));
    // They run until they are interrupted, or read no database.
    const left = (await commandNames()).filter((name) => !covered.some((each) => `${each} `.startsWith(`${name} `)));
    expect(left).toEqual(['completion', 'dev', 'new', 'open', 'simulate', 'start']);
  });

  it('with and without --json', async () => {
    let printed = 0;
    for (const args of invocations())
      for (const json of [[], ['--json']]) {
        const { stdout, stderr } = await hangar(...args, ...json);
        printed += stdout.length;
        expect([args, json, stdout, stderr]).toEqual([
          args,
          json,
          expect.not.stringMatching(CONTROLS),
          expect.not.stringMatching(CONTROLS),
        ]);
        if (json.length > 0) for (const line of stdout.split('\n').filter(Boolean)) JSON.parse(line);
      }
    expect(printed).toBeGreaterThan(10_000);
  });

  it('nor the log of the server', async () => {
    const body = pingWebhook('v2').replace('"event":', `"\\u001b]0;x\\u0007":1,"event":`);
    await together.deliver(body, { 'x-plane-signature': sign(body, FIXTURE_SECRET) });
    expect(together.hangar.log).not.toMatch(CONTROLS);
  });
});

/** `deliveries list`, and names without a subcommand. */
async function commandNames(): Promise<string[]> {
  const names: string[] = [];
  for (const file of readdirSync('src/cli').filter((name) => name.endsWith('.command.ts'))) {
    const module = (await import(resolve('src/cli', file))) as Record<string, () => Command>;
    const command = Object.entries(module).find(([name]) => name.endsWith('Command'))?.[1]();
    if (!command) throw new Error(`${file} exports no command`);
    const inner = command.commands.map((each) => `${command.name()} ${each.name()}`);
    names.push(...(inner.length > 0 ? inner : [command.name()]));
  }
  return names;
}

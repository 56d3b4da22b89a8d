import { Command } from 'commander';
import { type CatchUpGap, type CatchUpRun } from '../catch-up/catch-up-run.js';
import { CatchUpOperations, type InstallationCatchUps } from '../operations/catch-up.operations.js';
import { OperationsModule } from '../operations/operations.module.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const RUN_HEADS = ['STARTED', 'WHY', 'STATE', 'FROM', 'TO', 'RECOVERED', 'KNOWN', 'UNRECOVERABLE', 'CALLS', 'ERROR'];
const GAP_HEADS = ['FOUND', 'KIND', 'ENTITY', 'CHANGED', 'WHAT IS MISSING'];
const SHOWN_GAPS = 50;

interface CatchUpOptions extends CommonOptions {
  readonly since?: string;
}

/** `hangar catch-up`: shows the catch-ups of a workspace, or starts one. */
export function catchUpCommand(): Command {
  return new Command('catch-up')
    .description("read changes that no webhook announced from Plane's API; without --since, show what was read")
    .argument('<workspace>', 'slug or id')
    .option('--since <duration>', 'start a catch-up of what changed since, such as 2h')
    .option('--json', 'print JSON')
    .action(async (workspace: string, { since, json }: CatchUpOptions) => {
      await withServices([OperationsModule], async (context) => {
        const operations = context.get(CatchUpOperations);
        const installation = await operations.installationOf(workspace);
        if (since !== undefined) {
          const run = await operations.start(commandActor(), installation, since);
          const { workspaceSlug: slug } = installation;
          print(json, { run }, [
            `The catch-up of ${slug} is started. A worker carries it out: hangar catch-up ${slug} shows how far it is.`,
          ]);
          return;
        }
        const catchUps = await operations.show(installation, SHOWN_GAPS);
        const { state, runs, gaps, unrecoverable } = catchUps;
        print(json, { state: state ?? null, runs, unrecoverable, gaps }, linesOf(catchUps));
      });
    });
}

function linesOf({ state, runs, gaps, unrecoverable }: InstallationCatchUps): string[] {
  const time = (at: Date | null | undefined, none: string): string => at?.toISOString() ?? none;
  return [
    `webhooks missing since: ${time(state?.missedSince, 'none is missing')}`,
    `caught up to: ${time(state?.seenTo, 'not checked yet')}`,
    `compared with the API: ${time(state?.checkedAt, 'not yet')}`,
    `unrecoverable: ${unrecoverable}`,
    '',
    ...table(RUN_HEADS, runs.map(runRow)),
    ...(gaps.length > 0 ? ['', ...table(GAP_HEADS, gaps.map(gapRow))] : []),
  ];
}

function runRow(run: CatchUpRun): string[] {
  const { createdAt, reason, state, since, until, recovered, known, unrecoverable, calls, error } = run;
  const times = [since, until].map((at) => at.toISOString());
  const counts = [recovered, known, unrecoverable, calls].map(String);
  return [createdAt.toISOString(), reason, state, ...times, ...counts, error ?? ''];
}

function gapRow({ createdAt, kind, entityId, changedAt, detail }: CatchUpGap): string[] {
  return [createdAt.toISOString(), kind, entityId ?? '', changedAt?.toISOString() ?? '', detail];
}

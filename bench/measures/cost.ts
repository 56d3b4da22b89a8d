import { setTimeout as wait } from 'node:timers/promises';
import { type Bench } from '../bench.ts';
import { hangar } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { processorSeconds } from '../harness/processor.ts';
import { type Sender } from '../harness/sender.ts';
import { type Server } from '../harness/servers.ts';
import { databaseUse, type DatabaseUse } from './database-use.ts';
import { Handled } from './handled.ts';
import { installEverywhere } from './installations.ts';

const PROCESSES = [hangar('receiver'), hangar('worker'), hangar('scheduler')];
const PER_SECOND = 500;
const MS_A_SECOND = 1000;

/** What all that take part have used so far; `at` is in ms. */
interface Use {
  readonly at: number;
  readonly servers: readonly number[];
  readonly database: DatabaseUse;
}

/** What an event costs each part at a steady pace, with one handler that does nothing, and what waiting costs. */
export async function measureCost(bench: Bench): Promise<Figures> {
  const { warmUpSeconds, drainSeconds, costSeconds, idleSeconds, statisticsSeconds } = bench.sizes;
  let url = '';
  const measure = async (sender: Sender, ...servers: [Server, ...Server[]]): Promise<Figures> => {
    const handled = new Handled((servers[1] ?? servers[0]).child);
    const send = async (seconds: number): Promise<number> => {
      const sent = await sender.pace(PER_SECOND, seconds);
      await handled.all(sent, drainSeconds);
      return sent.sent;
    };
    await send(warmUpSeconds);
    const before = await useOf(url, servers, statisticsSeconds);
    const events = await send(costSeconds);
    const after = await useOf(url, servers, statisticsSeconds);
    await wait(idleSeconds * MS_A_SECOND);
    const idle = await useOf(url, servers, statisticsSeconds);
    return { ...costOfEvent(before, after, events), ...costOfWaiting(after, idle) };
  };
  return bench.with(PROCESSES, measure, async (databaseUrl) => {
    url = databaseUrl;
    await installEverywhere(databaseUrl);
  });
}

async function useOf(url: string, servers: readonly Server[], lateSeconds: number): Promise<Use> {
  await wait(lateSeconds * MS_A_SECOND);
  const database = await databaseUse(url);
  return {
    at: performance.now(),
    database,
    servers: servers.map(({ child }) => processorSeconds(child.pid)),
  };
}

function costOfEvent(before: Use, after: Use, events: number): Figures {
  const ms = (seconds = 0, until = 0): number => ((until - seconds) * MS_A_SECOND) / events;
  const [one, two] = [before.database, after.database];
  return {
    receiverMs: ms(before.servers[0], after.servers[0]),
    workerMs: ms(before.servers[1], after.servers[1]),
    schedulerMs: ms(before.servers[2], after.servers[2]),
    databaseMs: ms(one.processorSeconds, two.processorSeconds),
    commits: (two.commits - one.commits) / events,
    walBytes: (two.walBytes - one.walBytes) / events,
    diskBytes: (two.sizeBytes - one.sizeBytes) / events,
    connections: two.connections,
  };
}

function costOfWaiting(before: Use, after: Use): Figures {
  const seconds = (after.at - before.at) / MS_A_SECOND;
  const [one, two] = [before.database, after.database];
  return {
    idleCommitsPerSecond: (two.commits - one.commits) / seconds,
    idleDatabasePercent: ((two.processorSeconds - one.processorSeconds) * 100) / seconds,
  };
}

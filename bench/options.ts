import { parseArgs } from 'node:util';

/** How long and how much each part of the bench measures; `…Seconds` are seconds. */
export interface Sizes {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly floodSeconds: number;
  readonly halfSeconds: number;
  readonly lagSeconds: number;
  /** Longest wait for what was accepted to be handled. */
  readonly drainSeconds: number;
  /** At the pace at which the cost of an event is looked at. */
  readonly costSeconds: number;
  /** How late PostgreSQL tells of what connections have done that fell idle: 10 s at most. */
  readonly statisticsSeconds: number;
  readonly backlogJobs: number;
  readonly backlogSeconds: number;
  /** How many jobs wait when it is looked how fast they are taken up. */
  readonly fewJobs: number;
  readonly manyJobs: number;
  readonly idleSeconds: number;
  /** Sets of roles whose idle memory is looked at. */
  readonly idleRoles: readonly string[];
  /** Programs whose start is measured, by title; the bare one is always. */
  readonly starts: readonly string[];
}

/** What the command line asks for. */
export interface Options {
  readonly sizes: Sizes;
  readonly json: boolean;
  /** Rows and extras by key; empty for all. */
  readonly only: readonly string[];
  /** A folder for CPU profiles of the servers. */
  readonly profileFolder: string | undefined;
}

const FULL: Sizes = {
  rounds: 5,
  warmUpSeconds: 2,
  floodSeconds: 5,
  halfSeconds: 4,
  lagSeconds: 5,
  drainSeconds: 8,
  costSeconds: 20,
  statisticsSeconds: 11,
  backlogJobs: 100_000,
  backlogSeconds: 10,
  fewJobs: 60_000,
  manyJobs: 1_000_000,
  idleSeconds: 3,
  idleRoles: ['receiver', 'worker', 'scheduler', 'console', 'receiver,worker,scheduler,console'],
  starts: ['receiver', 'all roles', 'hangar tokens list'],
};
const SMALL: Sizes = {
  rounds: 1,
  warmUpSeconds: 0.1,
  floodSeconds: 0.2,
  halfSeconds: 0.2,
  lagSeconds: 0.2,
  drainSeconds: 60,
  costSeconds: 0.2,
  statisticsSeconds: 0,
  backlogJobs: 500,
  backlogSeconds: 0.2,
  fewJobs: 2000,
  manyJobs: 3000,
  idleSeconds: 0.1,
  idleRoles: ['receiver'],
  starts: ['receiver'],
};

/** Reads the command line. @throws {Error} that names what it does not know */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      small: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
    },
  });
  const sizes = values.small ? SMALL : FULL;
  return {
    sizes: { ...sizes, ...(values.rounds !== undefined && { rounds: positive(values.rounds) }) },
    json: values.json,
    only: values.only.split(',').filter((key) => key !== ''),
    profileFolder: values.profile,
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--rounds takes a whole number from 1, not ${text}`);
  return number;
}

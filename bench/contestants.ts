import { type Scheme } from './load/orders.ts';

/** A receiver of webhooks that takes part. */
export interface Contestant {
  readonly key: string;
  readonly title: string;
  /** A path below `bench/`. */
  readonly entry: string;
  readonly path: string;
  readonly scheme: Scheme;
  /** Roles of a Hangar process. */
  readonly roles?: string;
}

/** Where Hangar takes webhooks. */
const HANGAR = { entry: 'peers/hangar.mjs', path: '/webhooks/plane', scheme: 'plane' } as const;

/** A Hangar process with these roles. */
export function hangar(roles: string): Contestant {
  return { ...HANGAR, key: 'a', title: `Hangar: ${roles}`, roles };
}

/** The rows of the table that only accept webhooks, in its order. */
export const CONTESTANTS: readonly Contestant[] = [
  { ...hangar('receiver'), title: 'Hangar, role receiver' },
  {
    key: 'b',
    title: 'the limit: node:http, the same SQL',
    entry: 'peers/limit.mjs',
    path: '/',
    scheme: 'plane',
  },
  {
    key: 'c',
    title: "the sample of Plane's docs: Express, in memory",
    entry: 'peers/sample.mjs',
    path: '/webhook',
    scheme: 'plane',
  },
  {
    key: 'd',
    title: 'Nest + TypeORM, a save each',
    entry: 'peers/nest-typeorm.mjs',
    path: '/webhook',
    scheme: 'plane',
  },
  {
    key: 'e',
    title: '@octokit/webhooks, in memory',
    entry: 'peers/octokit.mjs',
    path: '/webhook',
    scheme: 'github',
  },
];

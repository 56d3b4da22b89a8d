import { type PeopleService } from '../../../identity/people.service.js';

/** Somebody who has signed in. */
export type Person = Awaited<ReturnType<PeopleService['list']>>[number];

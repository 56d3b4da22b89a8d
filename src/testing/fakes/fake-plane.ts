import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { planeSdk } from '../../plane/plane-sdk.js';

/** A call of Plane's SDK that a handler made. */
export interface FakeCall {
  /** `workItems.comments.create`. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** The Plane user or subject that it was made as; absent for the app's bot. */
  readonly as?: string;
}

/** What Plane answers: by the SDK's method, a value or a function of the call's arguments. */
export type FakeAnswers = Readonly<Record<string, unknown>>;

/** Methods whose answer a handler reads. */
const READS = /(?:^|\.)(?:get|list|retrieve|search|me)\w*$/i;

type Method = (...args: unknown[]) => Promise<unknown>;

/**
 * Plane's SDK without Plane: records every call.
 *
 * @throws where a call reads something that `answers` does not have
 */
export function fakePlane(answers: FakeAnswers, calls: FakeCall[], as?: string): PlaneClient {
  const client = new (planeSdk().PlaneClient)({ baseUrl: 'http://plane.invalid', accessToken: 'none' });
  return recorded(client, '', async (method, args) => {
    calls.push({ method, args, ...(as !== undefined && { as }) });
    if (Object.hasOwn(answers, method)) return answered(answers[method], args);
    if (READS.test(method)) throw new Error(noAnswer(method));
    return {};
  });
}

async function answered(answer: unknown, args: readonly unknown[]): Promise<unknown> {
  return typeof answer === 'function' ? (answer as Method)(...args) : answer;
}

function noAnswer(method: string): string {
  return `The handler calls context.plane.${method}, for which the fake has no answer. Give it: fakeContext({ answers: { '${method}': … } }).`;
}

/** Whatever the SDK has under a name stays, so that a misspelled method fails as it would. */
function recorded<T extends object>(
  object: T,
  path: string,
  run: (method: string, args: unknown[]) => Promise<unknown>,
): T {
  return new Proxy(object, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return value;
      const name = path === '' ? key : `${path}.${key}`;
      if (value instanceof planeSdk().BaseResource) return recorded(value, name, run);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return async (...args: unknown[]) => run(name, args);
    },
  });
}

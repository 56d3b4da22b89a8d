import { AsyncLocalStorage } from 'node:async_hooks';
import { type Agent as HttpAgent } from 'node:http';
import { type Agent as HttpsAgent } from 'node:https';
import { type AxiosError, type InternalAxiosRequestConfig } from 'axios';
import { type Secret } from '../common/secret.js';
import { PlaneError, type PlaneFailure } from './plane.error.js';
import { failureOf } from './plane-failure.js';
import { sdkAxios } from './sdk-axios.js';

/** What every request of one call through the SDK goes by. */
export interface PlaneExchange {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** For each request. */
  readonly timeoutMs: number;
  /** Taken out of all that an error says. */
  readonly secrets: readonly Secret[];
  /** Replaces the SDK's own bearer token. */
  readonly token?: Secret;
  /** Gives the call up. */
  readonly signal?: AbortSignal;
}

interface Running extends PlaneExchange {
  failure?: PlaneFailure;
  deadline?: AbortSignal;
}

const MAX_ANSWER_BYTES = 20_000_000;
const running = new AsyncLocalStorage<Running>();

/**
 * Runs a call of Plane's SDK under our rules: a time-out on each request, our agents, our token. Requests
 * made outside of it, by whoever shares the SDK's axios, are left alone.
 *
 * @throws {PlaneError} for every failed request; the SDK's own error, which holds secrets, is dropped.
 */
export async function exchange<T>(rules: PlaneExchange, call: () => Promise<T>): Promise<T> {
  const current: Running = { ...rules };
  try {
    return await running.run(current, call);
  } catch (error) {
    // The failure has been recorded by the interceptor; the SDK's error holds the request with its secrets.
    if (current.failure) throw new PlaneError(current.failure);
    throw error;
  }
}

sdkAxios.interceptors.request.use((request: InternalAxiosRequestConfig) => {
  const current = running.getStore();
  return current ? underOurRules(request, current) : request;
});

sdkAxios.interceptors.response.use(undefined, async (error: AxiosError) => {
  const current = running.getStore();
  if (current) current.failure = failureOf(error, current.secrets, current.deadline?.aborted === true);
  throw error;
});

function underOurRules(request: InternalAxiosRequestConfig, current: Running): InternalAxiosRequestConfig {
  current.deadline = AbortSignal.timeout(current.timeoutMs);
  request.signal = AbortSignal.any([current.deadline, ...(current.signal ? [current.signal] : [])]);
  request.proxy = false;
  request.httpAgent = current.httpAgent;
  request.httpsAgent = current.httpsAgent;
  request.maxRedirects = 0;
  request.maxContentLength = MAX_ANSWER_BYTES;
  if (current.token && request.headers.has('Authorization'))
    request.headers.set('Authorization', `Bearer ${current.token.reveal()}`);
  return request;
}

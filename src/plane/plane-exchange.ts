import { AsyncLocalStorage } from 'node:async_hooks';
import { type Agent as HttpAgent } from 'node:http';
import { type Agent as HttpsAgent } from 'node:https';
import {
  type AxiosError,
  type AxiosResponse,
  type AxiosStatic,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Secret } from '../common/secret.js';
import { waitFor } from '../common/wait-for.js';
import { type CallBudget } from './call-budget.js';
import { PlaneError, type PlaneFailure } from './plane.error.js';
import { failureOf } from './plane-failure.js';
import { sdkAxios } from './plane-sdk.js';
import { mayRetry, MAX_RETRIES, retryAfterMs } from './retries.js';

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
  /** What the token may still ask; each request takes one out. */
  readonly budget?: CallBudget;
  /** Told of each request as it is sent; what it returns hears of the request's end. */
  readonly onSend?: (request: SentRequest) => ((answer: PlaneAnswer) => void) | undefined;
  /** Hears of each answer, and of each request that got none. */
  readonly onAnswer?: (answer: PlaneAnswer) => void;
}

/** A request on its way. */
export interface SentRequest {
  readonly method: string;
  /** Where to, without its query. */
  readonly url: URL;
  /** How often it was sent before. */
  readonly sentBefore: number;
}

/** How a request ended. */
export interface PlaneAnswer {
  /** The HTTP status, or the kind of failure where there was no answer. */
  readonly status: number | Exclude<PlaneFailure['kind'], 'answer'>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
}

interface Running extends PlaneExchange {
  failure?: PlaneFailure;
  /** What kept a request from being sent at all. */
  refusal?: unknown;
  deadline?: AbortSignal;
  sentAt: number;
  sent: number;
  onEnd?: ((answer: PlaneAnswer) => void) | undefined;
  repeats: number;
}

const MAX_ANSWER_BYTES = 20_000_000;
const TOO_MANY = 429;
const running = new AsyncLocalStorage<Running>();
let intercepted: AxiosStatic | undefined;

/**
 * Runs a call of Plane's SDK under our rules: a time-out on each request, our agents, our token, the token's budget;
 * requests that may be repeated are, a few times. Requests made outside of it, by whoever shares the SDK's axios,
 * are left alone.
 *
 * @throws {PlaneError} for every failed request; the SDK's own error, which holds secrets, is dropped.
 *   {@link DomainError} `plane_budget_spent`
 */
export async function exchange<T>(rules: PlaneExchange, call: () => Promise<T>): Promise<T> {
  intercepted ??= intercept(sdkAxios());
  const current: Running = { ...rules, sentAt: 0, sent: 0, repeats: 0 };
  try {
    return await running.run(current, call);
  } catch (error) {
    // The SDK's error holds the request with its secrets; what matters has been noted by the interceptors.
    if (current.refusal) throw current.refusal;
    if (current.failure) throw new PlaneError(current.failure);
    throw error;
  }
}

function intercept(axios: AxiosStatic): AxiosStatic {
  axios.interceptors.request.use(beforeRequest);
  axios.interceptors.response.use(afterAnswer, async (error: AxiosError) => afterFailure(error, axios));
  return axios;
}

async function beforeRequest(request: InternalAxiosRequestConfig): Promise<InternalAxiosRequestConfig> {
  const current = running.getStore();
  if (!current) return request;
  try {
    await current.budget?.acquire(current.signal);
  } catch (error) {
    current.refusal = error;
    throw error;
  }
  return underOurRules(request, current);
}

async function afterAnswer(response: AxiosResponse): Promise<AxiosResponse> {
  const current = running.getStore();
  if (current) await hear(current, response.status, response.headers);
  return response;
}

async function afterFailure(error: AxiosError, axios: AxiosStatic): Promise<AxiosResponse> {
  const current = running.getStore();
  if (!current || current.refusal) throw error;
  const failure = failureOf(error, current.secrets, current.deadline?.aborted === true);
  current.failure = failure;
  await hear(
    current,
    failure.kind === 'answer' ? (failure.planeStatus ?? 0) : failure.kind,
    error.response?.headers ?? {},
  );
  if (!error.config || !(await mayBeSentAgain(error, failure, current))) throw error;
  return axios.request(error.config);
}

/** Resolves once the request may be sent once more, or with `false` where it must not be. */
async function mayBeSentAgain(error: AxiosError, failure: PlaneFailure, current: Running): Promise<boolean> {
  const budgeted = failure.planeStatus === TOO_MANY && current.budget !== undefined;
  const repeats = current.repeats < MAX_RETRIES && mayRetry(error.config?.method, failure);
  if (current.signal?.aborted || !(budgeted || repeats)) return false;
  if (budgeted) return true;
  const pause = retryAfterMs(current.repeats, failure);
  if (pause === undefined) return false;
  current.repeats += 1;
  await waitFor(pause, current.signal);
  return true;
}

async function hear(
  current: Running,
  status: PlaneAnswer['status'],
  headers: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = { status, headers, tookMs: performance.now() - current.sentAt };
  current.onEnd?.(answer);
  current.onAnswer?.(answer);
  if (typeof status === 'number') await current.budget?.learn(status, headers);
}

function underOurRules(request: InternalAxiosRequestConfig, current: Running): InternalAxiosRequestConfig {
  current.sentAt = performance.now();
  current.deadline = AbortSignal.timeout(current.timeoutMs);
  request.signal = AbortSignal.any([current.deadline, ...(current.signal ? [current.signal] : [])]);
  request.proxy = false;
  request.httpAgent = current.httpAgent;
  request.httpsAgent = current.httpsAgent;
  request.maxRedirects = 0;
  request.maxContentLength = MAX_ANSWER_BYTES;
  if (current.token && request.headers.has('Authorization'))
    request.headers.set('Authorization', `Bearer ${current.token.reveal()}`);
  current.onEnd = current.onSend?.(sentRequest(request, current.sent));
  current.sent += 1;
  return request;
}

function sentRequest(
  { method = 'get', url = '' }: InternalAxiosRequestConfig,
  sentBefore: number,
): SentRequest {
  const target = URL.parse(url) ?? new URL('about:blank');
  target.search = '';
  return { method: method.toUpperCase(), url: target, sentBefore };
}

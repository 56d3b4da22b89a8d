import { AsyncLocalStorage } from 'node:async_hooks';
import { type Agent as HttpAgent } from 'node:http';
import { type Agent as HttpsAgent } from 'node:https';
import { type AxiosError, type AxiosResponse, type AxiosStatic, type InternalAxiosRequestConfig } from 'axios';
import { type Secret } from '../common/secret.js';
import { waitFor } from '../common/wait-for.js';
import { type CallBudget } from './call-budget.js';
import { PlaneError, type PlaneFailure } from './plane.error.js';
import { failureOf } from './plane-failure.js';
import { sdkAxios } from './plane-sdk.js';
import { mayRetry, MAX_RETRIES, retryAfterMs } from './retries.js';

/** The rules for every request of one call through the SDK. */
export interface PlaneExchange {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** The time-out of each request. */
  readonly timeoutMs: number;
  /** Removed from all texts of errors. */
  readonly secrets: readonly Secret[];
  /** Replaces the SDK's own access token or API key. */
  readonly token?: Secret;
  /** Aborts the call. */
  readonly signal?: AbortSignal;
  /** The token's call budget; each request takes one call. */
  readonly budget?: CallBudget;
  /** Called as each request is sent; the function that it returns is called with the answer. */
  readonly onSend?: (request: SentRequest) => ((answer: PlaneAnswer) => void) | undefined;
  /** Called with each answer, and for each request that got none. */
  readonly onAnswer?: (answer: PlaneAnswer) => void;
}

/** A request that is being sent. */
export interface SentRequest {
  readonly method: string;
  /** The address without its query. */
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
  /** Why a request was not sent. */
  budgetError?: unknown;
  deadline?: AbortSignal;
  sentAt: number;
  sent: number;
  onEnd?: ((answer: PlaneAnswer) => void) | undefined;
  retries: number;
}

const MAX_ANSWER_BYTES = 20_000_000;
const TOO_MANY = 429;
const running = new AsyncLocalStorage<Running>();
let intercepted: AxiosStatic | undefined;

/**
 * Runs a call of Plane's SDK under these rules: time-out, agents, token, call budget, and a few retries of idempotent
 * requests. Other requests through the SDK's axios are not changed.
 *
 * @throws {PlaneError} for every failed request; the SDK's own error, which contains secrets, is dropped.
 *   {@link DomainError} `plane_budget_spent`
 */
export async function exchange<T>(rules: PlaneExchange, call: () => Promise<T>): Promise<T> {
  intercepted ??= intercept(sdkAxios());
  const current: Running = { ...rules, sentAt: 0, sent: 0, retries: 0 };
  try {
    return await running.run(current, call);
  } catch (error) {
    // The SDK's error contains the request with its secrets; the interceptors have kept what is needed.
    if (current.budgetError) throw current.budgetError;
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
    current.budgetError = error;
    throw error;
  }
  return applyRules(request, current);
}

async function afterAnswer(response: AxiosResponse): Promise<AxiosResponse> {
  const current = running.getStore();
  if (current) await report(current, response.status, response.headers);
  return response;
}

async function afterFailure(error: AxiosError, axios: AxiosStatic): Promise<AxiosResponse> {
  const current = running.getStore();
  if (!current || current.budgetError) throw error;
  const failure = failureOf(error, current.secrets, current.deadline?.aborted === true);
  current.failure = failure;
  await report(
    current,
    failure.kind === 'answer' ? (failure.planeStatus ?? 0) : failure.kind,
    error.response?.headers ?? {},
  );
  if (!error.config || !(await waitForRetry(error, failure, current))) throw error;
  return axios.request(error.config);
}

/** Waits for the retry's backoff. Resolves with false where there is to be no retry. */
async function waitForRetry(error: AxiosError, failure: PlaneFailure, current: Running): Promise<boolean> {
  const budgeted = failure.planeStatus === TOO_MANY && current.budget !== undefined;
  const retries = current.retries < MAX_RETRIES && mayRetry(error.config?.method, failure);
  if (current.signal?.aborted || !(budgeted || retries)) return false;
  if (budgeted) return true;
  const pause = retryAfterMs(current.retries, failure);
  if (pause === undefined) return false;
  current.retries += 1;
  await waitFor(pause, current.signal);
  return true;
}

async function report(
  current: Running,
  status: PlaneAnswer['status'],
  headers: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = { status, headers, tookMs: performance.now() - current.sentAt };
  current.onEnd?.(answer);
  current.onAnswer?.(answer);
  if (typeof status === 'number') await current.budget?.learn(status, headers);
}

function applyRules(request: InternalAxiosRequestConfig, current: Running): InternalAxiosRequestConfig {
  current.sentAt = performance.now();
  current.deadline = AbortSignal.timeout(current.timeoutMs);
  request.signal = AbortSignal.any([current.deadline, ...(current.signal ? [current.signal] : [])]);
  request.proxy = false;
  request.httpAgent = current.httpAgent;
  request.httpsAgent = current.httpsAgent;
  request.maxRedirects = 0;
  request.maxContentLength = MAX_ANSWER_BYTES;
  if (current.token) authenticate(request, current.token);
  current.onEnd = current.onSend?.(sentRequest(request, current.sent));
  current.sent += 1;
  return request;
}

/** Where the SDK sends its own token or key. */
function authenticate({ headers }: InternalAxiosRequestConfig, token: Secret): void {
  if (headers.has('Authorization')) headers.set('Authorization', `Bearer ${token.reveal()}`);
  else if (headers.has('X-Api-Key')) headers.set('X-Api-Key', token.reveal());
}

function sentRequest({ method = 'get', url = '' }: InternalAxiosRequestConfig, sentBefore: number): SentRequest {
  const target = URL.parse(url) ?? new URL('about:blank');
  target.search = '';
  return { method: method.toUpperCase(), url: target, sentBefore };
}

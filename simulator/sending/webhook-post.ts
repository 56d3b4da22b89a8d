import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { codeOf, messageOf } from '../error-text.js';

const MAX_ANSWER_CHARACTERS = 2_000;

/** Result of one POST: status and start of the response, or why there was none. */
export interface PostOutcome {
  readonly status: number | null;
  readonly answer: string;
  readonly error: string | null;
}

async function readStart(answer: IncomingMessage): Promise<string> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    if (text.length < MAX_ANSWER_CHARACTERS) text += String(chunk);
  }
  return text.slice(0, MAX_ANSWER_CHARACTERS);
}

/** Sends webhooks over HTTP, each on a new connection as Plane's workers do. */
export class WebhookPost {
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #closing = new AbortController();

  constructor(url: string) {
    this.#url = new URL(url);
    const options = { keepAlive: false, maxSockets: 64 };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Posts and waits at most `timeoutMs` for the complete response. Never rejects. */
  async post(headers: Record<string, string>, body: Buffer, timeoutMs: number): Promise<PostOutcome> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, this.#closing.signal]);
    try {
      const answer = await this.#send(headers, body, signal);
      const text = await readStart(answer);
      return { status: answer.statusCode ?? null, answer: text, error: null };
    } catch (error) {
      const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : (codeOf(error) ?? messageOf(error));
      return { status: null, answer: '', error: why };
    }
  }

  /** Aborts requests in flight. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  async #send(headers: Record<string, string>, body: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const start = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = start(this.#url, { method: 'POST', agent: this.#agent, headers, signal }, resolve);
    request.on('error', reject);
    request.end(body);
    return promise;
  }
}

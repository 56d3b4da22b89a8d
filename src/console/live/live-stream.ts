import { type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { changedParts, type LivePart } from './live-part.js';

const POLL_MS = 1500;
/** Proxies close what is silent for a minute, some for 30 s. */
const HEARTBEAT_MS = 15_000;
const CHECK_MS = 5000;
/** Then the browser comes again, with the cookies that it has by then. */
const LIFE_MS = 10 * 60 * 1000;
const COME_AGAIN_MS = 3000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
  'x-content-type-options': 'nosniff',
};

/** One page that is looked at live (HTML Living Standard §9.2, server-sent events). */
export class LiveStream {
  private readonly stop = new AbortController();
  private readonly told = new Map<string, string>();

  constructor(
    private readonly response: ServerResponse,
    private readonly read: () => Promise<LivePart[]>,
    private readonly mayGoOn: () => Promise<boolean>,
  ) {
    response.once('close', () => this.end());
  }

  /** Tells what changes, and resolves when it has ended. @param first what the page may have missed */
  async run(first: readonly LivePart[]): Promise<void> {
    this.response.writeHead(200, HEADERS);
    this.response.write(`retry: ${COME_AGAIN_MS}\n\n`);
    this.tell(first);
    try {
      await this.goOn(performance.now());
    } catch {
      // The database is away, or the stream was ended: the browser comes again.
    }
    const { socket } = this.response;
    // A browser that does not read must not keep a server that stops waiting.
    this.response.end(() => socket?.destroy());
  }

  end(): void {
    this.stop.abort();
  }

  private async goOn(begunAt: number): Promise<void> {
    let [beatAt, checkedAt] = [begunAt, begunAt];
    while (performance.now() - begunAt < LIFE_MS) {
      await wait(POLL_MS, undefined, { signal: this.stop.signal });
      const now = performance.now();
      if (now - checkedAt >= CHECK_MS) {
        if (!(await this.mayGoOn())) return void this.response.write('event: ended\ndata: {}\n\n');
        checkedAt = now;
      }
      this.tell(await this.read());
      if (now - beatAt < HEARTBEAT_MS) continue;
      this.response.write(': still here\n\n');
      beatAt = now;
    }
  }

  private tell(parts: readonly LivePart[]): void {
    // A browser that does not read gets what it missed when it does.
    if (this.response.destroyed || this.response.writableNeedDrain) return;
    const changed = changedParts(this.told, parts);
    if (changed.length === 0) return;
    const data = JSON.stringify(changed.map(({ id, html }) => ({ id, html: html.text })));
    this.response.write(`event: parts\ndata: ${data}\n\n`);
  }
}

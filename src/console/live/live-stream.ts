import { type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Html } from '../../common/html.js';

const POLL_MS = 1500;
/** Proxies close connections that are idle for a minute, some after 30 s. */
const HEARTBEAT_MS = 15_000;
const SESSION_CHECK_MS = 5000;
/** Then the browser reconnects, with its current cookies. */
const MAX_LIFE_MS = 10 * 60 * 1000;
const RECONNECT_MS = 3000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  connection: 'close',
  'x-content-type-options': 'nosniff',
};

/** A part of a page that is updated while the page is open. */
export interface LivePart {
  /** Id of the element to replace, or to add where it does not exist. */
  readonly id: string;
  /** Changes whenever the part is to be sent again. */
  readonly version: string;
  readonly html: Html;
}

/** The parts that are new or changed, last one first: the browser adds each at the top of its list. Updates `sent`. */
export function changedParts(sent: Map<string, string>, parts: readonly LivePart[]): LivePart[] {
  const changed = parts.filter(({ id, version }) => sent.get(id) !== version).toReversed();
  sent.clear();
  for (const { id, version } of parts) sent.set(id, version);
  return changed;
}

/** Sends the changes of one open page as server-sent events (HTML Living Standard §9.2). */
export class LiveStream {
  private readonly stop = new AbortController();
  private readonly sent = new Map<string, string>();

  constructor(
    private readonly response: ServerResponse,
    private readonly read: () => Promise<LivePart[]>,
    private readonly isSignedIn: () => Promise<boolean>,
  ) {
    response.once('close', () => this.end());
  }

  /** Sends changes, and resolves when the stream has ended. @param first parts that may be newer than the page */
  async run(first: readonly LivePart[]): Promise<void> {
    this.response.writeHead(200, HEADERS);
    this.response.write(`retry: ${RECONNECT_MS}\n\n`);
    this.send(first);
    try {
      await this.poll(performance.now());
    } catch {
      // The database is unavailable, or the stream was ended: the browser reconnects.
    }
    const { socket } = this.response;
    // A browser that does not read must not delay the shutdown of the server.
    this.response.end(() => socket?.destroy());
  }

  end(): void {
    this.stop.abort();
  }

  private async poll(startedAt: number): Promise<void> {
    let [heartbeatAt, checkedAt] = [startedAt, startedAt];
    while (performance.now() - startedAt < MAX_LIFE_MS) {
      await wait(POLL_MS, undefined, { signal: this.stop.signal });
      const now = performance.now();
      if (now - checkedAt >= SESSION_CHECK_MS) {
        if (!(await this.isSignedIn())) return void this.response.write('event: ended\ndata: {}\n\n');
        checkedAt = now;
      }
      this.send(await this.read());
      if (now - heartbeatAt < HEARTBEAT_MS) continue;
      this.response.write(': heartbeat\n\n');
      heartbeatAt = now;
    }
  }

  private send(parts: readonly LivePart[]): void {
    // A browser that does not read gets all changes at once when it does.
    if (this.response.destroyed || this.response.writableNeedDrain) return;
    const changed = changedParts(this.sent, parts);
    if (changed.length === 0) return;
    const data = JSON.stringify(changed.map(({ id, html }) => ({ id, html: html.text })));
    this.response.write(`event: parts\ndata: ${data}\n\n`);
  }
}

import { type ApiAnswer, ApiClient } from './api-client.js';
import { Browser } from './browser.js';
import { HangarWithSimulator, pingWebhook } from './hangar-with-simulator.js';
import { until } from './until.js';

/** Five webhooks that ask, and Plane's words on the answers, which are comments too. */
export const STORED = 10;
const ASKED = 5;

/** The handler that answers. */
export const HANDLER = 'PingHandler.pong';

/** A server where the app is installed, a person has consented, and some webhooks were handled. */
export class ApiScene {
  together!: HangarWithSimulator;
  api!: ApiClient;
  /** What was sent first, byte for byte. */
  sent!: Buffer;
  /** The id that it was given. */
  delivery!: string;

  /** Starts the server and lets all that happen. */
  async begin(): Promise<void> {
    this.together = await HangarWithSimulator.start();
    this.api = await ApiClient.of(this.together.hangar);
    await this.together.install();
    const user = '/oauth/setup?flow=user';
    await new Browser().install(this.together.url, user, { decision: 'authorise' });
    this.sent = Buffer.from(pingWebhook('v2').replace('{', `{ "odd":"\\u00e9\\/",\n`));
    this.delivery = (await this.together.deliver(this.sent)).body.id;
    for (let count = 1; count < ASKED; count++) await this.together.deliver(pingWebhook(count % 2 === 0 ? 'v1' : 'v2'));
    await until('all webhooks and what became of them', async () => {
      const count = `SELECT count(*)::int AS count FROM deliveries JOIN delivery_outcomes ON delivery_id = deliveries.id`;
      return (await this.together.database.query<{ count: number }>(count))[0]?.count === STORED;
    });
  }

  async get(path: string, headers?: Record<string, string>): Promise<ApiAnswer> {
    return this.api.call('GET', path, undefined, headers);
  }

  /** The id of the token of that kind. */
  async tokenOf(kind: string): Promise<string> {
    return String(items(await this.get('tokens')).find((token) => token['kind'] === kind)?.['id']);
  }
}

/** What a list lists. */
export function items({ json }: ApiAnswer): Record<string, unknown>[] {
  return json['items'] as Record<string, unknown>[];
}

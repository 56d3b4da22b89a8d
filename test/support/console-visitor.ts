import { Browser } from './browser.js';
import { type HangarWithSimulator } from './hangar-with-simulator.js';
import { until } from './until.js';

type Role = 'viewer' | 'operator' | 'admin';

/** A person who is signed in to the console, without JavaScript. */
export class ConsoleVisitor {
  private constructor(
    private readonly url: string,
    private readonly browser: Browser,
  ) {}

  /** Signs in by the development token, and takes on the role. */
  static async signIn(together: HangarWithSimulator, role: Role | 'none' = 'admin'): Promise<ConsoleVisitor> {
    const browser = new Browser();
    await browser.open(await signInAddress(together));
    await together.database.query(
      `UPDATE console_sessions SET role = $1
       WHERE id_hash = (SELECT id_hash FROM console_sessions ORDER BY created_at DESC LIMIT 1)`,
      [role === 'none' ? null : role],
    );
    return new ConsoleVisitor(together.url, browser);
  }

  /** Signs out. */
  async leave(): Promise<void> {
    const answer = await this.post('/console/sign-out', await this.form('/console/links', '/console/sign-out'));
    if (answer.status !== 303) throw new Error(`signing out answered ${answer.status}: ${await answer.text()}`);
  }

  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return this.browser.open(`${this.url}${path}`, init);
  }

  /** The page's markup. */
  async page(path: string): Promise<string> {
    return (await this.get(path)).text();
  }

  /** Sends a form as given. */
  async post(path: string, form: Record<string, string> | URLSearchParams, init: RequestInit = {}): Promise<Response> {
    return this.browser.open(`${this.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      ...init,
    });
  }

  /** The form with that action on a page, as a browser would send it, with these fields filled in. */
  async form(path: string, action: string, fields: Record<string, string> = {}): Promise<URLSearchParams> {
    const markup = await this.page(path);
    const form = markup.split('<form').find((each) => each.includes(`action="${action}"`));
    if (!form) throw new Error(`${path} has no form ${action}`);
    const hidden = /<input type="hidden" name="(\w+)" value="([^"]*)"/g;
    const sent = new URLSearchParams();
    for (const [, name = '', value = ''] of form.slice(0, form.indexOf('</form>')).matchAll(hidden))
      sent.append(name, value);
    for (const [name, value] of Object.entries(fields)) sent.append(name, value);
    return sent;
  }

  /** Sends the form on a page, and resolves with the page that it leads to. */
  async submit(path: string, action: string, fields: Record<string, string> = {}): Promise<string> {
    const answer = await this.post(action, await this.form(path, action, fields));
    if (answer.status !== 303) throw new Error(`${action} answered ${answer.status}: ${await answer.text()}`);
    return this.page(answer.headers.get('location') ?? '');
  }
}

/** Where the start says that the console is opened. */
async function signInAddress({ hangar }: HangarWithSimulator): Promise<string> {
  return until('the banner', () => /http:\S+\/console\/sign-in\?token=\S+/.exec(hangar.log)?.[0]);
}

/** A delivery that is a dead letter, after so many attempts: on a busy machine more than two. */
export interface FailedDelivery {
  readonly id: string;
  readonly attempts: number;
}

/** Lets an event fail for the last time because Plane refuses. Events before it are handled first: they shall not fail. */
export async function failedDelivery(together: HangarWithSimulator, webhook: string): Promise<FailedDelivery> {
  await until('the events before it', async () => {
    const due = `
      SELECT FROM pgboss.job
      WHERE state IN ('created', 'active') AND data ? 'deliveryId' AND name NOT LIKE '%.dead-letter'`;
    return (await together.database.query(due)).length === 0;
  });
  await together.plane.post('/faults', { match: '/api/v1/', kind: 'status', status: 403 });
  const { body } = await together.deliver(webhook);
  await until('the first failure', async () => {
    const [tried] = await together.database.query(
      `UPDATE pgboss.job SET retry_limit = retry_count, start_after = now()
       WHERE state = 'retry' AND data ->> 'deliveryId' = $1 RETURNING id`,
      [body.id],
    );
    return tried !== undefined;
  });
  const attempts = await until('the dead letter', async () => {
    const [row] = await together.database.query<{ attempts: number }>(
      `SELECT jsonb_array_length(attempts) AS attempts FROM delivery_outcomes
       WHERE delivery_id = $1 AND state = 'dead_lettered'`,
      [body.id],
    );
    return row?.attempts;
  });
  await together.plane.clearFaults();
  return { id: body.id, attempts };
}

/** The security headers of every page. */
export const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
};

/** Markup that the content security policy forbids, and addresses of other hosts. */
export function inlineParts(markup: string): string[] {
  return (
    markup.match(
      /<style|<script(?! type="module" src=)|\sstyle=|\son\w+=|javascript:|(?:src|href|action)="(?:https?:)?\/\//g,
    ) ?? []
  );
}

import { RUN_WEBHOOKS } from '../actions/announcer.js';
import { RUN_PARTS } from '../actions/thread.actions.js';
import { FAULT_KINDS } from '../faults.js';
import { SHAPES } from '../sending/notice.types.js';
import { NULLABLE_IDS } from '../sending/payload-agent.js';
import { TOGGLES } from '../sending/webhook-switches.js';
import { RUN_STATUSES } from '../world/world.types.js';

const TEXT = { type: 'string', minLength: 1 } as const;
const FLAG = { type: 'boolean' } as const;
const WHOLE = { type: 'integer', minimum: 0 } as const;
const POSITIVE = { type: 'number', exclusiveMinimum: 0 } as const;
const SHAPE = { type: 'string', enum: SHAPES } as const;

/** Options of the webhook, in every request that changes something. */
const NOTICE_OPTIONS = { shape: SHAPE, warts: FLAG, author: TEXT };
const PLACE = { workspace: TEXT, workItem: TEXT };

const listOf = (values: readonly string[], maxItems: number) => ({
  type: 'array',
  items: { type: 'string', enum: values },
  maxItems,
});

/** How a run is announced, in every request that causes webhooks about a run. */
const RUN_OPTIONS = {
  webhooks: listOf(RUN_WEBHOOKS, 1_000),
  envelope: FLAG,
  nulls: listOf(NULLABLE_IDS, NULLABLE_IDS.length),
};
const MENTION_OPTIONS = { ...RUN_OPTIONS, without: listOf(RUN_PARTS, RUN_PARTS.length), promptActivity: FLAG };

function strict(properties: Record<string, object>, required: string[] = []) {
  return { body: { type: 'object', properties, required, additionalProperties: false } };
}

/** JSON schemas of the control requests' bodies, strict about unknown names. */
export const SCHEMAS = {
  comment: strict({ ...PLACE, ...NOTICE_OPTIONS, ...RUN_OPTIONS, text: TEXT, html: TEXT, replyTo: TEXT }),
  newWorkItem: strict({ workspace: TEXT, project: TEXT, ...NOTICE_OPTIONS, fields: { type: 'object' } }, ['fields']),
  workItem: strict({ ...NOTICE_OPTIONS, changes: { type: 'object' } }, ['changes']),
  moveWorkItem: strict({ project: TEXT }, ['project']),
  deleteWorkItem: strict(NOTICE_OPTIONS),
  reaction: strict({ ...NOTICE_OPTIONS, reaction: TEXT, removed: FLAG }, ['reaction']),
  run: strict({ ...PLACE, ...NOTICE_OPTIONS, ...MENTION_OPTIONS, text: TEXT }),
  prompt: strict({ ...RUN_OPTIONS, body: TEXT, author: TEXT, signal: { type: 'string', enum: ['continue', 'stop'] } }, [
    'body',
  ]),
  runWebhooks: strict({ ...RUN_OPTIONS, promptId: TEXT }, ['webhooks']),
  runStatus: strict({ status: { type: 'string', enum: RUN_STATUSES } }, ['status']),
  workspace: strict({ name: TEXT, slug: { type: 'string', pattern: '^[a-z0-9-]+$' } }),
  install: strict({ workspace: TEXT }),
  crowd: strict({ count: { type: 'integer', minimum: 1, maximum: 100_000 } }, ['count']),
  projects: strict({ workspace: TEXT, count: { type: 'integer', minimum: 1, maximum: 10_000 } }, ['count']),
  uninstall: strict({ keepTokens: FLAG }),
  apiKey: strict({ enabled: FLAG }, ['enabled']),
  sendDropped: strict({ workspace: TEXT }),
  webhook: strict({ enabled: FLAG, workspace: TEXT, events: listOf(TOGGLES, TOGGLES.length) }, ['enabled']),
  settings: strict({
    accessTokenSeconds: POSITIVE,
    omitExpiresIn: FLAG,
    sameRefreshToken: FLAG,
    rateLimitPerMinute: WHOLE,
    slidingRateLimit: FLAG,
    clockOffsetSeconds: { type: 'integer' },
    changeOffsetSeconds: { type: 'number' },
    timeScale: POSITIVE,
    retries: WHOLE,
    retryBaseMs: WHOLE,
    webhookTimeoutMs: { type: 'integer', minimum: 1, maximum: 600_000 },
    runStaleMs: WHOLE,
    agentTimeScale: POSITIVE,
    activitiesNewestFirst: FLAG,
    hideSuperseded: FLAG,
    shape: SHAPE,
  }),
  expire: strict({ kind: { type: 'string', enum: ['bot', 'user'] } }),
  revoke: strict({ workspace: TEXT }),
  send: strict(
    {
      payload: {},
      bodyBase64: { type: 'string' },
      event: TEXT,
      signature: { type: 'string', nullable: true },
      workspace: TEXT,
      shape: SHAPE,
    },
    ['event'],
  ),
  fault: strict(
    {
      match: TEXT,
      method: { type: 'string', enum: ['GET', 'POST', 'PATCH', 'DELETE'] },
      kind: { type: 'string', enum: FAULT_KINDS },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      ms: WHOLE,
      retryAfterSeconds: WHOLE,
      times: { type: 'integer', minimum: 1 },
      every: { type: 'integer', minimum: 1 },
      chance: { type: 'number', minimum: 0, maximum: 1 },
      forSeconds: POSITIVE,
    },
    ['match', 'kind'],
  ),
};

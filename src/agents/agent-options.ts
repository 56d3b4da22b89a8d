import {
  type HandlerOptions,
  resolveHandlerOptions,
  type ResolvedHandlerOptions,
} from '../webhooks/discovery/handler-options.js';

/** Options of an agent. */
export interface AgentOptions {
  /** The thought that is posted at once for each prompt. Default `Working on it.` */
  readonly acknowledge?: string;
  /** Minutes that a run of the method may take; then `session.signal` is aborted and the run has failed. Default 30. */
  readonly timeoutMinutes?: number;
  /** The response to a stop where the method posts none itself. Default `Stopped.` */
  readonly onStop?: string;
  /** Seconds that a stopped method has for a last word of its own. Default 10. */
  readonly stopGraceSeconds?: number;
  /** What the user reads after the last attempt has failed. Default: a sentence with a reference for operators. */
  readonly onFailure?: string | ((error: unknown) => string);
  /** How often a failed run is retried. Default 5. */
  readonly retryLimit?: number;
  /** Runs at once in one process. Default 20. */
  readonly concurrency?: number;
}

/** Options with every default filled in. */
export type ResolvedAgentOptions = Required<Omit<AgentOptions, 'onFailure'>> & Pick<AgentOptions, 'onFailure'>;

const DEFAULTS: ResolvedAgentOptions = {
  acknowledge: 'Working on it.',
  timeoutMinutes: 30,
  onStop: 'Stopped.',
  stopGraceSeconds: 10,
  retryLimit: 5,
  concurrency: 20,
};

const SECONDS_PER_MINUTE = 60;
/** Before the first retry: a person waits for the answer. */
const RETRY_DELAY_SECONDS = 2;
/** A run is limited to less than a day. */
const MAX_TIMEOUT_MINUTES = 1439;
const MAX_GRACE_SECONDS = 300;

/** Fills in the defaults. @throws {TypeError} that names the invalid option */
export function resolveAgentOptions(options: AgentOptions): ResolvedAgentOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const name of ['acknowledge', 'onStop'] as const)
    if (typeof resolved[name] !== 'string' || resolved[name].trim() === '')
      throw new TypeError(`${name} must be a text that is not empty`);
  requireWithin('timeoutMinutes', resolved.timeoutMinutes, MAX_TIMEOUT_MINUTES);
  requireWithin('stopGraceSeconds', resolved.stopGraceSeconds, MAX_GRACE_SECONDS);
  return resolved;
}

function requireWithin(name: string, value: unknown, max: number): void {
  if (!(typeof value === 'number' && value > 0 && value <= max))
    throw new TypeError(`${name} must be a number above 0 and up to ${max}`);
}

/** The options of the handler that runs the turns: those of one run one at a time, in the order of their prompts. */
export function handlerOptionsOf({
  timeoutMinutes,
  retryLimit,
  concurrency,
}: ResolvedAgentOptions): ResolvedHandlerOptions {
  const options: HandlerOptions = {
    retryLimit,
    concurrency,
    retryDelaySeconds: RETRY_DELAY_SECONDS,
    timeoutSeconds: Math.ceil(timeoutMinutes * SECONDS_PER_MINUTE),
    order: 'entity',
    callPriority: 'interactive',
    includeSelf: true,
  };
  return resolveHandlerOptions(options);
}

import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { type FailureKind } from './refresh-failures.service.js';
import { type TokenKind } from './token.js';
import { TokensRepository } from './tokens.repository.js';

const KINDS = ['bot', 'user'] as const satisfies readonly TokenKind[];
/** The label `outcome` of each: dashboards and alerts depend on these values. */
const OUTCOMES = {
  refreshed: 'renewed',
  lost: 'lost',
  transient: 'transient',
  rejected: 'slow',
  needsConsent: 'consent',
  uninstalled: 'uninstalled',
  internalError: 'ours',
} as const satisfies Record<FailureKind | 'refreshed' | 'lost', string>;

/** The metrics of tokens. The role `scheduler` alone reads those of the table; every replica would report the same. */
@Injectable()
export class TokenMetricsService {
  private readonly refreshes;

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly tokens: TokensRepository,
  ) {
    this.refreshes = metrics.counter(
      'hangar_token_refreshes_total',
      `Token refreshes by outcome: ${Object.values(OUTCOMES).join(', ')}.`,
      KINDS.flatMap((kind) => Object.values(OUTCOMES).map((outcome) => ({ kind, outcome }))),
    );
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge('hangar_tokens', 'Stored tokens by kind and state.', async () =>
      (await this.tokens.countByState()).map(({ kind, state, count }) => ({
        value: count,
        labels: { kind, state },
      })),
    );
    metrics.gauge(
      'hangar_token_soonest_expiry_seconds',
      'Seconds until the first live token expires; below zero after that.',
      async () =>
        [await this.tokens.soonestExpiryInSeconds()].flatMap((value) => (value === undefined ? [] : [{ value }])),
    );
  }

  /** Counts a refresh. Returns the label that it was counted under. */
  countRefresh(kind: TokenKind, outcome: keyof typeof OUTCOMES): string {
    this.refreshes.add(1, { kind, outcome: OUTCOMES[outcome] });
    return OUTCOMES[outcome];
  }
}

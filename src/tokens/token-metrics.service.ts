import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { type TokenKind } from './token.js';
import { TokensRepository } from './tokens.repository.js';

const KINDS = ['bot', 'user'] as const satisfies readonly TokenKind[];
const OUTCOMES = ['renewed', 'lost', 'transient', 'slow', 'consent', 'uninstalled', 'ours'];

/** Tells how the tokens stand. The role `scheduler` alone asks the database for that; replicas would say the same. */
@Injectable()
export class TokenMetricsService {
  private readonly refreshes;

  constructor(
    config: HangarConfig,
    metrics: MetricsService,
    private readonly tokens: TokensRepository,
  ) {
    this.refreshes = metrics.counter(
      'hangar_token_refreshes_total',
      'Renewals of tokens by how they ended: renewed, lost, transient, slow, consent, uninstalled, ours.',
      KINDS.flatMap((kind) => OUTCOMES.map((outcome) => ({ kind, outcome }))),
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
      'Until the live token that expires soonest does; below zero where one has.',
      async () =>
        [await this.tokens.soonestExpiryInSeconds()].flatMap((value) =>
          value === undefined ? [] : [{ value }],
        ),
    );
  }

  /** Counts a renewal. */
  refreshed(kind: string, outcome: string): void {
    this.refreshes.add(1, { kind, outcome });
  }
}

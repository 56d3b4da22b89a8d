import { Catch, Inject } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyReply } from 'fastify';
import { type Problem } from '../../common/problem.js';
import { type Http, ProblemFilter, SERVER_FAULT } from '../../common/problem.filter.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';

/**
 * Answers errors of the sender, and closes the connection without an answer where a webhook cannot be stored or verified:
 * the community edition takes every status for a delivery, and sends a webhook again only where none came (docs/plane.md §6).
 */
@Catch()
export class WebhookProblemFilter extends ProblemFilter {
  constructor(@Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>) {
    super();
  }

  protected override answer(http: Http, problem: Problem, retryAfter: number | undefined): void {
    if (problem.status < SERVER_FAULT || this.config.webhookUnavailable === '503')
      return super.answer(http, problem, retryAfter);
    http.getResponse<FastifyReply>().hijack().raw.destroy();
  }
}

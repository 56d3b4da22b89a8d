import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { DomainError } from '../../common/domain-error.js';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { type OperatorRequest } from '../current-operator.decorator.js';
import { isSentByOtherSite } from './csrf.js';
import { actorOf } from '../operator.js';

const FORBIDDEN = 403;
const LOG_INTERVAL_MS = 10_000;
const WITHOUT_ROLE = 'the roles claim contains no role; check OIDC_ROLES_CLAIM and OIDC_ROLES_MAP';

/** Records rejected requests in the audit log: missing roles, disabled people, invalid tokens, failed sign-ins. */
@Injectable()
export class RejectionsService {
  private readonly logger = new Logger(RejectionsService.name);
  private readonly limitedLogger = new RateLimitedLogger(RejectionsService.name, LOG_INTERVAL_MS);

  constructor(
    @Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>,
    private readonly audit: AuditService,
  ) {}

  /** Logs a sign-in without a role, with the values of the roles claim, so that the mapping can be corrected. */
  withoutRole(subject: string, roleValues: readonly string[]): void {
    this.logger.warn({ msg: WITHOUT_ROLE, subject, roleValues });
  }

  /**
   * Records a rejected request to a route; not one that only lacks a sign-in, nor a GET that another site sent: its person
   * did nothing.
   */
  async request(error: DomainError, request: OperatorRequest): Promise<void> {
    const { operator, method, routeOptions } = request;
    if (error.status !== FORBIDDEN && error.code !== 'token_refused') return;
    if (method === 'GET' && isSentByOtherSite(request, this.config.publicUrl)) return;
    const by = operator ? actorOf(operator) : anonymous(request);
    const { roleValues } = operator ?? {};
    const details = {
      reason: error.code,
      route: `${method} ${routeOptions.url ?? ''}`,
      ...(roleValues && { roleValues }),
    };
    if (operator && roleValues) this.limitedLogger.warn({ msg: WITHOUT_ROLE, subject: operator.subject, roleValues });
    await this.audit.refused({ by, action: 'access.refused', details });
  }

  /** Records a rejected sign-in. Resolves with the error, for the caller to throw. */
  async signIn(error: unknown, request: FastifyRequest, by: Actor = anonymous(request)): Promise<unknown> {
    const reason = error instanceof DomainError ? error.code : 'unexpected';
    await this.audit.refused({ by, action: 'sign_in', details: { reason } });
    return error;
  }
}

function anonymous(request: FastifyRequest): Actor {
  return { kind: 'anonymous', id: 'unknown', from: request.ip };
}

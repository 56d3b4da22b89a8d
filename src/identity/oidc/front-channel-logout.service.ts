import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type FastifyRequest } from 'fastify';
import { AuditService } from '../../audit/audit.service.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { frontChannelLogoutRefused } from '../identity.errors.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { claimText } from './claim-text.js';
import { ProviderService } from './provider.service.js';

const NAMES_NOTHING =
  'it has no parameters iss and sid, and comes from another site; switch "session required" on for this client at the identity provider';

/** The query of a front-channel logout; both parameters, or none (§3). */
export interface FrontChannelQuery {
  readonly iss?: unknown;
  readonly sid?: unknown;
}

/**
 * Ends sessions when the identity provider opens the logout URI in a frame of the person's browser (OpenID Connect
 * Front-Channel Logout 1.0 §2). The request has no signature: it ends what the session id of the provider names, which only
 * the provider and the id token contain, or the session of the browser itself, if the frame's page is of the same site.
 */
@Injectable()
export class FrontChannelLogoutService {
  private readonly logger = new Logger(FrontChannelLogoutService.name);

  constructor(
    @Inject(operatorsConfig.KEY) private readonly config: ConfigType<typeof operatorsConfig>,
    private readonly provider: ProviderService,
    private readonly sessions: SessionsService,
    private readonly audit: AuditService,
  ) {}

  /** The origin that may show the response in a frame; `undefined` without a provider. */
  get frameOrigin(): string | undefined {
    return this.config.oidcIssuer === undefined ? undefined : new URL(this.config.oidcIssuer).origin;
  }

  /** @throws {DomainError} the request names no session */
  async logout({ iss, sid }: FrontChannelQuery, request: FastifyRequest): Promise<void> {
    if (!this.provider.isConfigured) throw frontChannelLogoutRefused('OIDC_ISSUER is not set');
    if (iss !== undefined && iss !== (await this.provider.configuration()).serverMetadata().issuer)
      throw frontChannelLogoutRefused('its parameter iss is not OIDC_ISSUER');
    const named = iss !== undefined && isSessionId(sid) ? sid : undefined;
    const isFramed = isSameSite(request);
    if (named === undefined && !isFramed) throw frontChannelLogoutRefused(NAMES_NOTHING);
    const ofSid = named === undefined ? 0 : await this.sessions.endOfProvider(named);
    const ended = ofSid + (isFramed ? await this.sessions.endOfBrowser(request, named) : 0);
    await this.record(ended, request.ip);
  }

  /** A request that ends nothing is not recorded: anyone can send it. */
  private async record(ended: number, from: string): Promise<void> {
    if (ended === 0) return;
    this.logger.log({ msg: 'sessions ended by the identity provider', ended });
    const by = { kind: 'server', id: 'identity provider', from } as const;
    await this.audit.record({ by, action: 'sign_out', outcome: 'done', details: { sessions: ended } });
  }
}

/** Browsers say so themselves (Fetch Metadata). From another site a link would be enough to sign a person out. */
function isSameSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'same-site' || headers['sec-fetch-site'] === 'same-origin';
}

function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && claimText(value) === value;
}

import { Injectable, Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Secret } from '../common/secret.js';
import { type OAuthConnection } from '../config/plane-connection.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { PlaneClientFactory } from '../plane/plane-client.factory.js';
import { TokensService } from '../tokens/tokens.service.js';
import { CallbackThrottle } from './callback-throttle.js';
import { ConsentLinksService } from './consent-links.service.js';
import { codeRejected } from './oauth.errors.js';

/** A user's consent, as its callback brings it. */
export interface UserConsent {
  readonly code: string;
  readonly connection: OAuthConnection;
  /** Of the person who started the consent, to whom the Plane user is linked. */
  readonly subject: string | undefined;
  readonly request: FastifyRequest;
  readonly by: Actor;
}

/** Takes in the consents of users. */
@Injectable()
export class UserConsentsService {
  private readonly logger = new Logger(UserConsentsService.name);

  constructor(
    private readonly throttle: CallbackThrottle,
    private readonly plane: PlaneOAuthService,
    private readonly clients: PlaneClientFactory,
    private readonly tokens: TokensService,
    private readonly links: ConsentLinksService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Exchanges the code and stores the user's tokens. Resolves with the id of the Plane user.
   *
   * @throws {DomainError} `link_other_person`, `oauth_callbacks_limited`, `oauth_code_refused`; {@link PlaneError}
   */
  async link({ code, connection, subject, request, by }: UserConsent): Promise<string> {
    const person = subject === undefined ? undefined : await this.links.requirePerson(subject, request);
    this.throttle.acquireExchange(request.ip);
    const grant = await this.plane.exchangeCode(new Secret(code), connection).catch((error: unknown) => {
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant' ? codeRejected() : error;
    });
    const planeUserId = await this.clients.userIdOf(grant.accessToken, connection);
    await this.audit.audited({ by, action: 'consent.add', target: `plane-user/${planeUserId}` }, () =>
      this.tokens.storeUser(planeUserId, grant, connection.id),
    );
    if (person) await this.links.link(person, planeUserId, connection);
    this.logger.log({ msg: 'user linked', planeUserId, ...(subject !== undefined && { subject }) });
    return planeUserId;
  }
}

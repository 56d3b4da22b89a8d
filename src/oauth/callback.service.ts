import { Injectable, Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Secret } from '../common/secret.js';
import { InstallAppService } from '../installations/install-app.service.js';
import { type Installation } from '../installations/installation.js';
import { isInstalled } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { PlaneUsersService } from '../plane/plane-users.service.js';
import { TokensService } from '../tokens/tokens.service.js';
import {
  callbackIncomplete,
  codeRefused,
  consentRefused,
  installationNotProven,
  stateRefused,
} from './oauth.errors.js';
import { ConsentLinksService } from './consent-links.service.js';
import { FailedConsent } from './failed-consent.js';
import { OAuthStateService } from './oauth-state.service.js';
import { type PendingConsent } from './oauth-states.repository.js';

/** The parameters that Plane sends the browser back with (contract §2). */
export interface CallbackParameters {
  readonly state?: string;
  readonly code?: string;
  readonly appInstallationId?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

/** What a callback brought about. */
export type CallbackOutcome = { readonly returnTo?: string } & (
  | { readonly flow: 'bot'; readonly installation: Installation }
  | { readonly flow: 'user'; readonly planeUserId: string }
);

/** Finishes consents. */
@Injectable()
export class CallbackService {
  private readonly logger = new Logger(CallbackService.name);

  constructor(
    private readonly states: OAuthStateService,
    private readonly plane: PlaneOAuthService,
    private readonly planeUsers: PlaneUsersService,
    private readonly installs: InstallAppService,
    private readonly tokens: TokensService,
    private readonly links: ConsentLinksService,
  ) {}

  /** @throws {DomainError} that says to a person what happened; within a {@link FailedConsent} where we began it */
  async finish(
    parameters: CallbackParameters,
    browser: string,
    request: FastifyRequest,
  ): Promise<CallbackOutcome> {
    const begun = await this.begunBy(parameters, browser);
    try {
      return await this.complete(begun, parameters, request);
    } catch (error) {
      throw parameters.state === undefined ? error : new FailedConsent(begun, error);
    }
  }

  /** Plane may start an installation by itself, without a state of ours; a user's consent it may not. */
  private async begunBy(parameters: CallbackParameters, browser: string): Promise<PendingConsent> {
    const { state, appInstallationId, error } = parameters;
    if (state !== undefined) return this.states.consume(state, browser);
    if (error !== undefined) throw consentRefused(error);
    if (appInstallationId === undefined) throw stateRefused('missing');
    return { flow: 'bot' };
  }

  private async complete(
    begun: PendingConsent,
    parameters: CallbackParameters,
    request: FastifyRequest,
  ): Promise<CallbackOutcome> {
    const { error, errorDescription, code, appInstallationId } = parameters;
    if (error !== undefined) throw consentRefused(error, errorDescription);
    const { flow, returnTo } = begun;
    const back = returnTo === undefined ? {} : { returnTo };
    if (flow === 'user') return { flow, ...back, planeUserId: await this.linkUser(code, begun, request) };
    return { flow, ...back, installation: await this.install(appInstallationId) };
  }

  /** The id proves itself: Plane mints a token for it and shows the installation. */
  private async install(appInstallationId: string | undefined): Promise<Installation> {
    if (appInstallationId === undefined) throw callbackIncomplete('app_installation_id');
    const grant = await this.plane.mintBotToken(appInstallationId).catch((error: unknown) => {
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant'
        ? installationNotProven()
        : error;
    });
    const found = await this.plane.readInstallation(grant.accessToken, appInstallationId);
    if (!found || !isInstalled(found)) throw installationNotProven();
    return this.installs.install(found, grant);
  }

  private async linkUser(
    code: string | undefined,
    { subject }: PendingConsent,
    request: FastifyRequest,
  ): Promise<string> {
    if (code === undefined) throw callbackIncomplete('code');
    const person = subject === undefined ? undefined : await this.links.requirePerson(subject, request);
    const grant = await this.plane.exchangeCode(new Secret(code)).catch((error: unknown) => {
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant' ? codeRefused() : error;
    });
    const planeUserId = await this.planeUsers.userIdOf(grant.accessToken);
    await this.tokens.storeUser(planeUserId, grant);
    if (person) await this.links.link(person, planeUserId);
    this.logger.log({ msg: 'user linked', planeUserId, ...(subject !== undefined && { subject }) });
    return planeUserId;
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Secret } from '../common/secret.js';
import { InstallAppService } from '../installations/install-app.service.js';
import { type Installation } from '../installations/installation.js';
import { isInstalled } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { PlaneClientFactory } from '../plane/plane-client.factory.js';
import { TokensService } from '../tokens/tokens.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import { OAuthStateService } from './oauth-state.service.js';
import {
  callbackIncomplete,
  codeRejected,
  consentRejected,
  installationNotProven,
  stateErrors,
} from './oauth.errors.js';
import { FailedConsent, type PendingConsent } from './pending-consent.js';

/** The parameters that Plane sends the browser back with (docs/plane.md §2). */
export interface CallbackParameters {
  readonly state?: string;
  readonly code?: string;
  readonly appInstallationId?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

/** The result of a callback. */
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
    private readonly clients: PlaneClientFactory,
    private readonly installs: InstallAppService,
    private readonly tokens: TokensService,
    private readonly links: ConsentLinksService,
  ) {}

  /** @throws {DomainError} for a person to read; {@link FailedConsent} around it where the consent was started here */
  async finish(parameters: CallbackParameters, browser: string, request: FastifyRequest): Promise<CallbackOutcome> {
    const pending = await this.pendingFor(parameters, browser);
    try {
      return await this.complete(pending, parameters, request);
    } catch (error) {
      throw parameters.state === undefined ? error : new FailedConsent(pending, error);
    }
  }

  /** Plane may start an installation without a state; a user's consent needs one. */
  private async pendingFor(parameters: CallbackParameters, browser: string): Promise<PendingConsent> {
    const { state, appInstallationId, error } = parameters;
    if (state !== undefined) return this.states.consume(state, browser);
    if (error !== undefined) throw consentRejected(error);
    if (appInstallationId === undefined) throw stateErrors.missing();
    return { flow: 'bot' };
  }

  private async complete(
    pending: PendingConsent,
    parameters: CallbackParameters,
    request: FastifyRequest,
  ): Promise<CallbackOutcome> {
    const { error, errorDescription, code, appInstallationId } = parameters;
    if (error !== undefined) throw consentRejected(error, errorDescription);
    const { flow, returnTo } = pending;
    const back = returnTo === undefined ? {} : { returnTo };
    if (flow === 'user') return { flow, ...back, planeUserId: await this.linkUser(code, pending, request) };
    return { flow, ...back, installation: await this.install(appInstallationId) };
  }

  /** The id is proven by Plane: it mints a token for it and returns the installation. */
  private async install(appInstallationId: string | undefined): Promise<Installation> {
    if (appInstallationId === undefined) throw callbackIncomplete('app_installation_id');
    const grant = await this.plane.mintBotToken(appInstallationId).catch((error: unknown) => {
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant' ? installationNotProven() : error;
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
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant' ? codeRejected() : error;
    });
    const planeUserId = await this.clients.userIdOf(grant.accessToken);
    await this.tokens.storeUser(planeUserId, grant);
    if (person) await this.links.link(person, planeUserId);
    this.logger.log({ msg: 'user linked', planeUserId, ...(subject !== undefined && { subject }) });
    return planeUserId;
  }
}

import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { DomainError } from '../common/domain-error.js';
import { type Installation } from '../installations/installation.js';
import { ConsentRequestsRegistry } from './consent-requests.registry.js';
import { ConsentConnectionsService } from './consent-connections.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import { InstallationConsentsService } from './installation-consents.service.js';
import { OAuthStateService } from './oauth-state.service.js';
import {
  callbackIncomplete,
  callbackMixed,
  codeSeenBefore,
  connectionMixed,
  consentRejected,
  stateErrors,
  type StateReason,
} from './oauth.errors.js';
import { FailedConsent, type PendingConsent } from './pending-consent.js';
import { UserConsentsService } from './user-consents.service.js';

/** The parameters that Plane sends the browser back with (docs/plane.md §2). */
export interface CallbackParameters {
  readonly state?: string;
  readonly code?: string;
  readonly appInstallationId?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

/** A callback as it came. */
export interface Callback {
  readonly parameters: CallbackParameters;
  /** The code did not come before. */
  readonly isCodeNew: boolean;
  readonly request: FastifyRequest;
  /** The connection whose redirect URI it came to; absent for the one without a name. */
  readonly connection: string | undefined;
}

/** The result of a callback. */
export type CallbackOutcome = { readonly returnTo?: string } & (
  | {
      readonly flow: 'bot';
      readonly installation: Installation;
      /** Why the state was not accepted: the app was installed on Plane's word alone. */
      readonly stateReason?: StateReason;
    }
  | { readonly flow: 'user'; readonly planeUserId: string }
);

/** The consent that a callback belongs to. */
interface Origin extends PendingConsent {
  /** This browser started it here. */
  readonly startedHere: boolean;
  /** The state was not accepted. */
  readonly failed?: FailedConsent;
}

const ACCESS_DENIED = 'access_denied';

/** Finishes consents. */
@Injectable()
export class CallbackService {
  constructor(
    private readonly states: OAuthStateService,
    private readonly installations: InstallationConsentsService,
    private readonly users: UserConsentsService,
    private readonly links: ConsentLinksService,
    private readonly audit: AuditService,
    private readonly requests: ConsentRequestsRegistry,
    private readonly connections: ConsentConnectionsService,
  ) {}

  /** @throws {DomainError} for a person to read; {@link FailedConsent} around it where the consent was started here */
  async finish(callback: Callback): Promise<CallbackOutcome> {
    const by = await this.links.actorOf(callback.request);
    try {
      const origin = await this.originOf(callback);
      return await this.complete(origin, callback, by).catch((error: unknown) => {
        throw callback.parameters.state === undefined || error instanceof FailedConsent
          ? error
          : new FailedConsent(origin, error);
      });
    } catch (error) {
      await this.recordRejection(callback, error, by);
      throw error;
    }
  }

  /**
   * Plane may start an installation without a state; a user's consent needs one. An installation proves itself, so that one
   * whose state is not accepted is taken in like one without a state.
   */
  private async originOf({ parameters, request, connection }: Callback): Promise<Origin> {
    const { state, appInstallationId, error } = parameters;
    if (state === undefined) {
      if (error !== undefined) throw consentRejected(error);
      if (appInstallationId === undefined) throw stateErrors.missing();
      return { flow: 'bot', startedHere: false, ...(connection !== undefined && { connection }) };
    }
    try {
      return { ...(await this.consumed(state, request, connection)), startedHere: true };
    } catch (failed) {
      const isInstall = appInstallationId !== undefined && error === undefined;
      if (!isInstall || !(failed instanceof FailedConsent) || failed.pending.flow !== 'bot' || isMixed(failed))
        throw failed;
      return { flow: 'bot', startedHere: false, failed, ...(connection !== undefined && { connection }) };
    }
  }

  /** RFC 9700 §4.4: the code of one Plane must not be sent to another. */
  private async consumed(state: string, request: FastifyRequest, path: string | undefined): Promise<PendingConsent> {
    const consent = await this.states.consume(state, request);
    if (path !== undefined && path !== consent.connection) throw new FailedConsent(consent, connectionMixed());
    return consent;
  }

  private async complete(origin: Origin, callback: Callback, by: Actor): Promise<CallbackOutcome> {
    const { error, errorDescription } = callback.parameters;
    if (error === ACCESS_DENIED && origin.request !== undefined) await this.requests.refused(origin.request);
    if (error !== undefined) throw consentRejected(error, errorDescription);
    const { flow, returnTo } = origin;
    const back = returnTo === undefined ? {} : { returnTo };
    if (flow === 'user') return { flow, ...back, planeUserId: await this.linkUser(origin, callback, by) };
    return { flow, ...back, ...(await this.install(origin, callback, by)) };
  }

  private async install(
    { startedHere, failed, connection: connectionId }: Origin,
    { parameters: { appInstallationId: id }, request: { ip: address } }: Callback,
    by: Actor,
  ): Promise<{ installation: Installation; stateReason?: StateReason }> {
    if (id === undefined) throw callbackIncomplete('app_installation_id');
    const stateReason = failed?.stateReason;
    try {
      const installation = await this.installations.install({
        id,
        startedHere,
        address,
        by,
        connection: this.connections.requireConnection(connectionId),
      });
      return { installation, ...(stateReason && { stateReason }) };
    } catch (error) {
      throw failed && error instanceof DomainError && error.code === 'installation_not_proven' ? failed : error;
    }
  }

  private async linkUser({ subject, connection: id }: Origin, callback: Callback, by: Actor): Promise<string> {
    const { parameters, isCodeNew, request } = callback;
    const { code, appInstallationId } = parameters;
    if (code === undefined) throw callbackIncomplete('code');
    if (appInstallationId !== undefined) throw callbackMixed();
    if (!isCodeNew) throw codeSeenBefore();
    const connection = this.connections.requireConnection(id);
    return this.users.link({ code, connection, subject, request, by });
  }

  /** Bounded for each actor. */
  private async recordRejection({ parameters }: Callback, thrown: unknown, by: Actor): Promise<void> {
    const [error, flow] = thrown instanceof FailedConsent ? [thrown.cause, thrown.pending.flow] : [thrown, undefined];
    if (!(error instanceof DomainError)) return;
    const isUser = flow === 'user' || (flow === undefined && parameters.appInstallationId === undefined);
    const details = { error: error.code };
    await this.audit.refused({ by, action: isUser ? 'consent.add' : 'installation.add', details });
  }
}

function isMixed({ cause }: FailedConsent): boolean {
  return cause instanceof DomainError && cause.code === 'oauth_connection_mixed';
}

import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { type Token, type TokenOwner } from './token.js';

/**
 * What a failed refresh means. `internalError`: it says nothing about the token. `transient`: retry soon. `rejected`:
 * Plane rejects the app or its bot, which only an operator can change; retry seldom. `needsConsent`: the person must
 * consent again. `uninstalled`: the app is not installed there any more.
 */
export type FailureKind = 'internalError' | 'transient' | 'rejected' | 'needsConsent' | 'uninstalled';

/** What the error alone says: Plane rejected the grant, or the app's credentials, or neither. */
type ErrorKind = 'internalError' | 'transient' | 'grantRejected' | 'clientRejected';

const CLIENT_CODES = new Set(['invalid_client', 'unauthorized_client']);
const UNAUTHORIZED = 401;
/** What Plane answers to a token of an uninstalled app, or to one that it does not know. */
const NO_ACCESS = new Set([401, 403, 404]);
/** Known without asking Plane: the codes of {@link installationNotFound} and {@link refreshTokenMissing}. */
const LOCAL_CODES = new Set(['installation_gone', 'refresh_token_missing']);

/** Classifies an error of the token endpoint (RFC 6749 §5.2). */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof DomainError && LOCAL_CODES.has(error.code)) return 'grantRejected';
  if (!(error instanceof PlaneError)) return 'internalError';
  if (error.planeCode === 'invalid_grant') return 'grantRejected';
  if (CLIENT_CODES.has(error.planeCode ?? '') || error.planeStatus === UNAUTHORIZED) return 'clientRejected';
  return 'transient';
}

/** Finds out what a failed refresh means; asks Plane before it calls anything final. */
@Injectable()
export class RefreshFailureClassifier {
  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
  ) {}

  async classify(owner: TokenOwner, token: Token, error: unknown): Promise<FailureKind> {
    const kind = errorKind(error);
    if (kind === 'internalError' || kind === 'transient') return kind;
    try {
      // A wrong client secret in one deployment must not cost every user their consent.
      if (kind === 'clientRejected' && !(await this.plane.knowsApp())) return 'rejected';
      if (owner.kind === 'user') return 'needsConsent';
      return (await this.isStillInstalled(owner.installationId, token)) ? 'rejected' : 'uninstalled';
    } catch (checkError) {
      return checkError instanceof PlaneError ? 'transient' : 'internalError';
    }
  }

  /** Plane has rejected the grant; if it denies access to the installation too, the app is uninstalled. */
  private async isStillInstalled(installationId: string, token: Token): Promise<boolean> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') return false;
    try {
      const found = await this.plane.readInstallation(token.accessToken, installation.installationId);
      return found !== undefined && isInstalled(found);
    } catch (error) {
      if (error instanceof PlaneError && NO_ACCESS.has(error.planeStatus ?? 0)) return false;
      throw error;
    }
  }
}

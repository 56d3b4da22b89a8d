import { Injectable } from '@nestjs/common';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { failureClass } from './refresh-failure.js';
import { type Token, type TokenOwner } from './token.js';

/**
 * What a failed renewal means. `ours`: nothing was learned of the token. `transient`: try again soon. `slow`: try
 * again seldom. `consent`: only the person can bring it back. `uninstalled`: the app is not there any more.
 */
export type FailureKind = 'ours' | 'transient' | 'slow' | 'consent' | 'uninstalled';

/** What Plane answers to a token whose installation is gone, or that it does not know. */
const NOT_THERE = new Set([401, 403, 404]);

/** Finds out what a refusal means before anything final is written. */
@Injectable()
export class RefreshFailureClassifier {
  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
  ) {}

  async classify(owner: TokenOwner, token: Token, error: unknown): Promise<FailureKind> {
    const found = failureClass(error);
    if (found === 'ours' || found === 'transient') return found;
    try {
      // A wrong client secret in one deployment must not cost every user their consent.
      if (found === 'client_refused' && !(await this.plane.knowsApp())) return 'slow';
      if (owner.kind === 'user') return 'consent';
      return (await this.isStillInstalled(owner.installationId, token)) ? 'slow' : 'uninstalled';
    } catch (inquiryError) {
      return inquiryError instanceof PlaneError ? 'transient' : 'ours';
    }
  }

  /** Plane has refused to mint: a look that is refused too says that there is nothing to look at. */
  private async isStillInstalled(installationId: string, token: Token): Promise<boolean> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') return false;
    try {
      const found = await this.plane.readInstallation(token.accessToken, installation.installationId);
      return found !== undefined && isInstalled(found);
    } catch (error) {
      if (error instanceof PlaneError && NOT_THERE.has(error.planeStatus ?? 0)) return false;
      throw error;
    }
  }
}

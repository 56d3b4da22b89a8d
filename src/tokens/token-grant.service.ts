import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../installations/installations.service.js';
import { type Grant } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { errorKind } from './refresh-failures.service.js';
import { type Token, type TokenOwner } from './token.js';
import { installationNotFound, refreshTokenMissing } from './tokens.errors.js';

/** Asks Plane for a new access token: a bot's is minted, a user's is refreshed. */
@Injectable()
export class TokenGrantService {
  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
  ) {}

  /** @throws {PlaneError}; {@link DomainError} `installation_gone` or `refresh_token_missing` */
  async refresh(owner: TokenOwner, token: Token): Promise<Grant> {
    return owner.kind === 'bot' ? this.mint(owner.installationId) : this.refreshUserToken(token);
  }

  /** A bot's token can be minted at any time. @throws {DomainError} `installation_gone`; {@link PlaneError} */
  async mint(installationId: string): Promise<Grant> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') throw installationNotFound(installationId);
    return this.plane.mintBotToken(installation.installationId);
  }

  /** Where the refresh token is rejected the previous one is tried: Plane may have rolled the replacement back. */
  private async refreshUserToken({ refreshToken, previousRefreshToken }: Token): Promise<Grant> {
    if (!refreshToken) throw refreshTokenMissing();
    try {
      return { refreshToken, ...(await this.plane.refresh(refreshToken)) };
    } catch (error) {
      if (errorKind(error) !== 'grantRejected') throw error;
      if (!previousRefreshToken || previousRefreshToken.reveal() === refreshToken.reveal()) throw error;
      const grant = await this.plane.refresh(previousRefreshToken).catch(() => Promise.reject(error));
      return { refreshToken: previousRefreshToken, ...grant };
    }
  }
}

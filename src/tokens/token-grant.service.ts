import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../installations/installations.service.js';
import { type Grant } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { failureClass } from './refresh-failure.js';
import { type Token, type TokenOwner } from './token.js';
import { installationNotFound, refreshTokenMissing } from './tokens.errors.js';

/** Asks Plane for the successor of a token: a bot's is minted, a user's is refreshed. */
@Injectable()
export class TokenGrantService {
  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
  ) {}

  /** @throws {PlaneError} */
  async refresh(owner: TokenOwner, token: Token): Promise<Grant> {
    return owner.kind === 'bot' ? this.mint(owner.installationId) : this.refreshUserToken(token);
  }

  /** A bot's token, which can be minted at any time. @throws {DomainError} `installation_gone`; {@link PlaneError} */
  async mint(installationId: string): Promise<Grant> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') throw installationNotFound(installationId);
    return this.plane.mintBotToken(installation.installationId);
  }

  /** The previous refresh token is tried where its successor is refused: Plane may never have issued it for good. */
  private async refreshUserToken({ refreshToken, previousRefreshToken }: Token): Promise<Grant> {
    if (!refreshToken) throw refreshTokenMissing();
    try {
      return { refreshToken, ...(await this.plane.refresh(refreshToken)) };
    } catch (error) {
      if (failureClass(error) !== 'grant_refused') throw error;
      if (!previousRefreshToken || previousRefreshToken.reveal() === refreshToken.reveal()) throw error;
      const grant = await this.plane.refresh(previousRefreshToken).catch(() => Promise.reject(error));
      return { refreshToken: previousRefreshToken, ...grant };
    }
  }
}

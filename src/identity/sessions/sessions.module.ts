import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { EncryptionModule } from '../../encryption/encryption.module.js';
import { ConsoleSessionEntity } from './console-session.entity.js';
import { LogoutTokensRepository } from './logout-tokens.repository.js';
import { SealedCookieService } from './sealed-cookie.service.js';
import { SessionVaultService } from './session-vault.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { UsedLogoutTokenEntity } from './used-logout-token.entity.js';

/** Console sessions: their rows, cookies and id tokens, and used back-channel logout tokens. */
@Module({
  imports: [ownEntities([ConsoleSessionEntity, UsedLogoutTokenEntity]), EncryptionModule],
  providers: [SessionsRepository, SessionVaultService, SealedCookieService, LogoutTokensRepository, SessionsService],
  exports: [LogoutTokensRepository, SealedCookieService, SessionsService],
})
export class SessionsModule {}

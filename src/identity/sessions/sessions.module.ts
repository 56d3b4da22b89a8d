import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../../encryption/encryption.module.js';
import { ConsoleSessionEntity } from './console-session.entity.js';
import { SealedCookieService } from './sealed-cookie.service.js';
import { SessionVaultService } from './session-vault.service.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

/** Browsers that are signed in. */
@Module({
  imports: [TypeOrmModule.forFeature([ConsoleSessionEntity]), EncryptionModule],
  providers: [SessionsRepository, SessionVaultService, SealedCookieService, SessionsService],
  exports: [SealedCookieService, SessionsService],
})
export class SessionsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LogoutTokensRepository } from './logout-tokens.repository.js';
import { UsedLogoutTokenEntity } from './used-logout-token.entity.js';

/** Logout tokens that were used. */
@Module({
  imports: [TypeOrmModule.forFeature([UsedLogoutTokenEntity])],
  providers: [LogoutTokensRepository],
  exports: [LogoutTokensRepository],
})
export class LogoutTokensModule {}

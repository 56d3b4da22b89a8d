import { Module } from '@nestjs/common';
import { PlaneClientFactory } from './plane-client.factory.js';
import { PlaneExchangeService } from './plane-exchange.service.js';
import { PlaneOAuthService } from './plane-oauth.service.js';
import { PlaneUsersService } from './plane-users.service.js';

/** Plane's SDK behind our own services. */
@Module({
  providers: [PlaneExchangeService, PlaneOAuthService, PlaneClientFactory, PlaneUsersService],
  exports: [PlaneOAuthService, PlaneClientFactory, PlaneUsersService],
})
export class PlaneModule {}

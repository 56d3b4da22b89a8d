import { Module } from '@nestjs/common';
import { IdentityModule } from '../../identity/identity.module.js';
import { ActionsModule } from '../actions/actions.module.js';
import { MeController } from './me.controller.js';

/** `/api`: what operators' programs use. */
@Module({
  imports: [IdentityModule, ActionsModule],
  controllers: [MeController],
})
export class ApiModule {}

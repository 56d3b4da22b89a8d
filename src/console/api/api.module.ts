import { Module } from '@nestjs/common';
import { IdentityModule } from '../../identity/identity.module.js';
import { ActionsModule } from '../actions/actions.module.js';

/** `/api`: what operators' programs use. */
@Module({ imports: [IdentityModule, ActionsModule] })
export class ApiModule {}

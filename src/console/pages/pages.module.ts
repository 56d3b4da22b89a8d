import { Module } from '@nestjs/common';
import { IdentityModule } from '../../identity/identity.module.js';
import { ActionsModule } from '../actions/actions.module.js';

/** `/console`: what operators see and click. */
@Module({ imports: [IdentityModule, ActionsModule] })
export class PagesModule {}

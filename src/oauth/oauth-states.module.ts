import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { OAuthStatesRepository } from './oauth-states.repository.js';
import { UsedValueEntity } from './used-value.entity.js';
import { UsedValuesRepository } from './used-values.repository.js';

/** The tables of states and codes. */
@Module({
  imports: [ownEntities([OAuthStateEntity, UsedValueEntity])],
  providers: [OAuthStatesRepository, UsedValuesRepository],
  exports: [OAuthStatesRepository, UsedValuesRepository],
})
export class OAuthStatesModule {}

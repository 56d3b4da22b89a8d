import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { QueueModule } from '../../queue/queue.module.js';
import { TokensModule } from '../../tokens/tokens.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { LinkedUserEntity } from './linked-user.entity.js';
import { LinksRepository } from './links.repository.js';
import { LinksService } from './links.service.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';
import { PersonEntity } from './person.entity.js';

/** The people who sign in here, and their linked Plane users. */
@Module({
  imports: [ownEntities([PersonEntity, LinkedUserEntity]), QueueModule, SessionsModule, TokensModule],
  providers: [PeopleRepository, LinksRepository, LinksService, PeopleService],
  exports: [LinksService, PeopleService],
})
export class PeopleModule {}

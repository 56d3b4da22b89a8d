import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../../installations/install-participants.registry.js';
import { type Installation } from '../../installations/installation.js';
import { HandlerValuesRepository } from './handler-values.repository.js';
import { OnceRecordsRepository } from './once-records.repository.js';

/** Deletes what handlers stored for a workspace when the app is uninstalled there. */
@Injectable()
export class HandlerStoreParticipant implements InstallParticipant {
  constructor(
    private readonly values: HandlerValuesRepository,
    private readonly records: OnceRecordsRepository,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  async onInstall(): Promise<void> {
    // An uninstall has left nothing.
  }

  async onUninstall(transaction: EntityManager, { id }: Installation): Promise<void> {
    await this.values.deleteAll(transaction, id);
    await this.records.deleteAll(transaction, id);
  }
}

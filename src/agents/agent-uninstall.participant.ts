import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../installations/install-participants.registry.js';
import { type Installation } from '../installations/installation.js';
import { JobWakeupsService } from '../queue/job-wakeups.service.js';
import { STOPS } from './agent-queues.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';

/** Ends the turns of a workspace where the app is uninstalled: nothing can be posted there. */
@Injectable()
export class AgentUninstallParticipant implements InstallParticipant {
  constructor(
    private readonly turns: AgentTurnsRepository,
    private readonly wakeups: JobWakeupsService,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  async onInstall(): Promise<void> {
    // A run of before the install is not continued.
  }

  async onUninstall(transaction: EntityManager, installation: Installation): Promise<void> {
    await this.turns.closeAll(transaction, installation, 'the app was uninstalled');
    this.wakeups.track(transaction, STOPS); // their methods may run
  }
}

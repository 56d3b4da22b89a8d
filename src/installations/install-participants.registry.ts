import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Grant } from '../plane/plane-answers.js';
import { type Installation } from './installation.js';

/** A module that stores something for each installation, and so takes part in installs and uninstalls. */
export interface InstallParticipant {
  /**
   * Runs in the transaction of an install.
   *
   * @param grant the bot's first token; absent where the app acts with an API key
   * @param added false where the same installation was live before
   */
  onInstall(
    transaction: EntityManager,
    installation: Installation,
    grant: Grant | undefined,
    added: boolean,
  ): Promise<void>;
  /** Runs in the transaction of an uninstall. @param removed false where it was uninstalled before */
  onUninstall(transaction: EntityManager, installation: Installation, removed: boolean): Promise<void>;
  /** Runs after either has committed. */
  afterCommit?(installation: Installation): void;
}

/** Those that take part. Modules of higher layers add themselves, so that installations need not know them. */
@Injectable()
export class InstallParticipantsRegistry {
  private readonly participants: InstallParticipant[] = [];

  add(participant: InstallParticipant): void {
    this.participants.push(participant);
  }

  all(): readonly InstallParticipant[] {
    return this.participants;
  }
}

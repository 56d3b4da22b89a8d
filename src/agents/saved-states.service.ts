import { Injectable } from '@nestjs/common';
import { Secret } from '../common/secret.js';
import { type SealedRow, SealedTablesRegistry } from '../encryption/sealed-tables.registry.js';
import { VaultService } from '../encryption/vault.service.js';
import { stateUnusable } from './agent.errors.js';
import { AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';

const MAX_BYTES = 1_000_000;

type WithState = Pick<AgentTurnEntity, 'id' | 'savedState'>;

/** Encrypts and decrypts what agents save, each bound to its turn; `hangar keys rotate` finds it through this. */
@Injectable()
export class SavedStatesService {
  constructor(
    private readonly vault: VaultService,
    private readonly turns: AgentTurnsRepository,
    tables: SealedTablesRegistry,
  ) {
    tables.add({
      entity: AgentTurnEntity,
      where: AgentTurnsRepository.withState,
      newest: { where: AgentTurnsRepository.withState, order: { updatedAt: 'DESC' } },
      sealedRow: (turn) => this.sealedRow(turn),
    });
  }

  /** @throws {DomainError} `agent_state_unusable` */
  async seal(turnId: string, state: unknown): Promise<string> {
    return this.vault.seal(new Secret(textOf(state)), placeOf(turnId));
  }

  /** @throws {DomainError} where the key is missing or the text was modified */
  async open({ id, savedState }: WithState): Promise<unknown> {
    if (savedState === null) return undefined;
    return JSON.parse((await this.vault.open(savedState, placeOf(id))).reveal());
  }

  private sealedRow({ id, savedState }: AgentTurnEntity): SealedRow {
    const text = savedState ?? '';
    const open = (): Promise<Secret> => this.vault.open(text, placeOf(id));
    return {
      id,
      texts: [text],
      open: async () => void (await open()),
      reseal: async () => this.turns.reseal(id, text, await this.vault.seal(await open(), placeOf(id))),
    };
  }
}

function textOf(state: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(state);
  } catch (error) {
    throw stateUnusable(error instanceof Error ? error.message : 'it is no JSON');
  }
  if (text === undefined) throw stateUnusable('it is undefined');
  if (Buffer.byteLength(text) > MAX_BYTES) throw stateUnusable(`it has ${Buffer.byteLength(text)} bytes`);
  return text;
}

function placeOf(turnId: string): string {
  return `agent_turns/${turnId}/saved_state`;
}

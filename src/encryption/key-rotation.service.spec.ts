import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../common/domain-error.js';
import { KeyRotationService, type RotationProgress } from './key-rotation.service.js';
import { type SealedTablesRegistry } from './sealed-tables.registry.js';
import { type VaultService } from './vault.service.js';

const vault = {
  currentKeyId: 'new',
  keyIdOf: (text: string) => text,
  isCurrent: () => false,
} as unknown as VaultService;

/** Rotates one row that is encrypted with the key `old`. */
async function rotateRow(reseal: () => Promise<void>): Promise<RotationProgress | undefined> {
  const tables = {
    count: async () => Promise.resolve(1),
    async *batches() {
      yield [{ id: 'a', texts: ['old'], open: reseal, reseal }];
    },
  } as unknown as SealedTablesRegistry;
  let last: RotationProgress | undefined;
  for await (const progress of new KeyRotationService(tables, vault).rotate()) last = progress;
  return last;
}

describe('the rotation of keys', () => {
  it('counts a row that no configured key opens as unreadable and names its key', async () => {
    const unreadable = async (): Promise<never> =>
      Promise.reject(new DomainError({ code: 'key_unknown', status: 500, title: 'Unknown key', detail: 'Add it.' }));
    expect(await rotateRow(unreadable)).toMatchObject({ rotated: 0, unreadable: 1, stillNeeded: ['old'] });
  });

  it('ends with the error of a database that does not respond', async () => {
    const away = new Error('Connection terminated');
    await expect(rotateRow(async () => Promise.reject(away))).rejects.toBe(away);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type EntityManager } from 'typeorm';
import { type PlaneEvent } from '../events/plane-event.js';
import { DeliveryParticipantsRegistry, type StoredEvent } from './delivery-participants.registry.js';
import { type NewDelivery } from './delivery-row.js';

const delivery = (eventName: string, id: string): NewDelivery => ({
  row: { id, eventName } as NewDelivery['row'],
  event: { name: eventName } as PlaneEvent,
});

describe('modules that take part in storing deliveries', () => {
  const transaction = {} as EntityManager;

  async function calls(...deliveries: NewDelivery[]): Promise<string[][]> {
    const seen: (readonly StoredEvent[])[] = [];
    const registry = new DeliveryParticipantsRegistry();
    registry.add({ eventNames: new Set(['agent_run.created']), onStored: async (_, stored) => void seen.push(stored) });
    await registry.notify(transaction, deliveries);
    return seen.map((stored) => stored.map(({ delivery: { id } }) => id));
  }

  it('are called once with the events that they want, in order', async () => {
    const [one, two, three] = [
      delivery('agent_run.created', '1'),
      delivery('workitem.created', '2'),
      delivery('agent_run.created', '3'),
    ] as const;
    expect(await calls(one, two, three)).toEqual([['1', '3']]);
  });

  it('are not called where there is none of them', async () => {
    expect(await calls(delivery('workitem.created', '1'))).toEqual([]);
    expect(await calls()).toEqual([]);
  });
});

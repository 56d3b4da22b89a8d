import { Injectable } from '@nestjs/common';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { normaliseDelivery } from '../events/normalise.js';
import { listGroupsOf, listsRemovedMembers, webhookIdOf, withLastLists } from '../events/listed-members.js';
import { fieldOf, timeOf } from '../events/payload-fields.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { ofConnection } from './delivery-row.js';
import { DuplicatesRepository } from './duplicates.repository.js';

/** So long it is not asked again whether a webhook's Plane lists removed members. */
const ASK_AGAIN_MS = 10_000;

/** Corrects lists of assignees and labels of releases of Plane that still list who was removed (docs/plane-versions.md). */
@Injectable()
export class ListChangesService {
  /** By webhook: when it was found to be right, or `Infinity` where it is known to be wrong. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly duplicates: DuplicatesRepository,
  ) {}

  /** The event with the lists after their last changes, where its Plane sends wrong ones and the changes are still stored. */
  async corrected(event: PlaneEvent, connectionId = DEFAULT_CONNECTION): Promise<PlaneEvent> {
    const groups = listGroupsOf(event).map((group) => ofConnection(connectionId) + group);
    if (groups.length === 0 || !(await this.isWrong(event))) return event;
    const ids = await this.duplicates.lastOf(groups, timeOf(fieldOf(event.data, 'updated_at')) ?? Date.now());
    const bodies = await this.deliveries.bodies(ids);
    const changes = [...bodies.values()].map((found) =>
      normaliseDelivery({ ...found, payload: parsePayload(found.body) }),
    );
    return withLastLists(event, changes);
  }

  private async isWrong(event: PlaneEvent): Promise<boolean> {
    if (listsRemovedMembers(event)) return true;
    const webhookId = webhookIdOf(event);
    const asked = this.asked.get(webhookId) ?? 0;
    if (Date.now() - asked < ASK_AGAIN_MS) return asked === Infinity;
    const isWrong = await this.duplicates.listsRemovedMembers(webhookId);
    this.asked.set(webhookId, isWrong ? Infinity : Date.now());
    return isWrong;
  }
}

import { randomUUID } from 'node:crypto';
import { recordBody } from '../world/record-body.js';
import { planeTime } from '../world/plane-time.js';
import { type Fields, type JsonValue, type PlaneRecord, type Place } from '../world/record.types.js';
import { fieldText } from '../world/field-text.js';
import { AlreadyExistsError, EXTERNAL_ID } from '../world/world.error.js';
import { type User, type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';

/** What is particular to one kind of records. */
export interface RecordKind {
  readonly kind: string;
  /** v2's name of its events without the action: `cycle`, `workitem.link`; absent where Plane announces none. */
  readonly family?: string;
  /** The field by which two in the same place may not be equal. */
  readonly unique?: string;
  /** Called before a record is deleted. @throws where it may not be */
  readonly onDelete?: (world: World, record: PlaneRecord) => void;
}

/** Creates, changes and deletes records on behalf of any user, with the webhooks that Plane sends. */
export class RecordActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
  ) {}

  create(actor: User, kind: RecordKind, place: Place, fields: Fields, options: NoticeOptions): PlaneRecord {
    this.#requireNew(kind, place, fields);
    const now = this.world.now();
    const record = this.world.records.add({
      id: randomUUID(),
      kind: kind.kind,
      place,
      fields,
      createdBy: actor.id,
      createdAt: now,
      updatedBy: actor.id,
      updatedAt: now,
    });
    this.#announce(actor, kind, record, 'created', options);
    return record;
  }

  /** Announces a record that nobody has heard of. */
  announceNew(actor: User, kind: RecordKind, record: PlaneRecord, options: NoticeOptions): void {
    this.#announce(actor, kind, record, 'created', options);
  }

  /** Applies the fields that differ; without one that does, nothing is announced. */
  update(actor: User, kind: RecordKind, record: PlaneRecord, fields: Fields, options: NoticeOptions): PlaneRecord {
    const previous = previousOf(record.fields, fields);
    if (Object.keys(previous).length === 0) return record;
    this.#change(actor, record, fields);
    this.#announce(actor, kind, record, 'updated', options, previous);
    return record;
  }

  /** Archives a record, or takes it out of the archive: lists leave out archived ones. */
  archive(actor: User, kind: RecordKind, record: PlaneRecord, archived: boolean, options: NoticeOptions): void {
    const fields = { archived_at: archived ? planeTime(this.world.now()) : null };
    const previous = { archived_at: record.fields.archived_at ?? null };
    this.#change(actor, record, fields);
    this.#announce(actor, kind, record, archived ? 'archived' : 'updated', options, previous);
  }

  /** Gives a work item of the intake another status. */
  intake(actor: User, item: WorkItem, record: PlaneRecord, before: number, options: NoticeOptions): void {
    const after = Number(record.fields.status);
    if (after !== before) this.announcer.intake(actor, item, { before, after, body: recordBody(record) }, options);
  }

  delete(actor: User, kind: RecordKind, record: PlaneRecord, options: NoticeOptions): void {
    kind.onDelete?.(this.world, record);
    this.world.records.remove(record);
    this.#announce(actor, kind, record, 'deleted', options);
  }

  #change(actor: User, record: PlaneRecord, fields: Fields): void {
    Object.assign(record.fields, fields);
    Object.assign(record, { updatedAt: this.world.now(), updatedBy: actor.id });
  }

  #announce(
    actor: User,
    { family }: RecordKind,
    record: PlaneRecord,
    action: 'created' | 'updated' | 'archived' | 'deleted',
    options: NoticeOptions,
    previous: Fields = {},
  ): void {
    const item = this.#itemOf(record);
    if (item) {
      item.updatedAt = this.world.now();
      if (record.kind === 'link') this.#noteLink(actor, item, record, action);
    }
    if (family !== undefined) this.announcer.record(actor, { family, action, record, item, previous }, options);
  }

  /** As Plane's history shows links: by their address. */
  #noteLink(actor: User, item: WorkItem, { id, fields }: PlaneRecord, action: string): void {
    const url = fieldText(fields.url);
    const [before, after] = action === 'created' ? [null, url] : [url, action === 'deleted' ? null : url];
    const verb = action === 'created' || action === 'deleted' ? action : 'updated';
    const ids = { beforeId: before === null ? null : id, afterId: after === null ? null : id };
    this.world.note(item.id, actor.id, { verb, field: 'link', before, after, ...ids });
  }

  #itemOf({ place: { item } }: PlaneRecord): WorkItem | undefined {
    return item === undefined ? undefined : this.world.workItem(item);
  }

  #requireNew({ kind, unique }: RecordKind, place: Place, fields: Fields): void {
    const others = this.world.records.in(kind, place);
    const { external_id: id, external_source: source = null } = fields;
    const known = id && others.find((other) => hasOrigin(other, id, source));
    if (known) throw new AlreadyExistsError(kind, EXTERNAL_ID, known.id);
    const same = unique !== undefined && others.find((other) => other.fields[unique] === fields[unique]);
    if (same) throw new AlreadyExistsError(kind, unique ?? '', same.id);
  }
}

function hasOrigin({ fields }: PlaneRecord, id: JsonValue, source: JsonValue): boolean {
  return fields.external_id === id && (fields.external_source ?? null) === source;
}

function previousOf(before: Fields, after: Fields): Fields {
  const changed = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
}

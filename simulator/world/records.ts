import { notFound } from './world.error.js';
import { type PlaneRecord, type Place } from './record.types.js';

/** The records of the simulated Plane, by kind, in the order of their creation. */
export class Records {
  readonly #byKind = new Map<string, Map<string, PlaneRecord>>();

  add(record: PlaneRecord): PlaneRecord {
    this.#ofKind(record.kind).set(record.id, record);
    return record;
  }

  remove(record: PlaneRecord): void {
    this.#ofKind(record.kind).delete(record.id);
  }

  /** Those that belong to everything that the place names. */
  in(kind: string, place: Place): PlaneRecord[] {
    return [...this.#ofKind(kind).values()].filter((record) => isIn(record, place));
  }

  /** @throws 404 */
  find(kind: string, place: Place, id: string): PlaneRecord {
    const found = this.#ofKind(kind).get(id);
    if (!found || !isIn(found, place)) throw notFound(kind, id);
    return found;
  }

  #ofKind(kind: string): Map<string, PlaneRecord> {
    const known = this.#byKind.get(kind) ?? new Map<string, PlaneRecord>();
    this.#byKind.set(kind, known);
    return known;
  }
}

function isIn(record: PlaneRecord, place: Place): boolean {
  return Object.entries(place).every(([name, id]) => record.place[name] === id);
}

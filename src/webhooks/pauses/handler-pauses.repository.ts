import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { HandlerPauseEntity } from './handler-pause.entity.js';

/** The result of pausing a handler. */
export interface StoredPause extends HandlerPauseEntity {
  /** It was paused already, and that pause is unchanged. */
  readonly already: boolean;
}

/** The update changes nothing but returns the existing row, which `xmax` marks. */
const ADD = `
  INSERT INTO handler_pauses AS known (handler, paused_at, paused_by, reason) VALUES ($1, now(), $2, $3)
  ON CONFLICT (handler) DO UPDATE SET handler = known.handler
  RETURNING handler, paused_at AS "pausedAt", paused_by AS "pausedBy", reason, xmax <> 0 AS already`;

/** The table of paused handlers. */
@Injectable()
export class HandlerPausesRepository {
  constructor(@InjectRepository(HandlerPauseEntity) private readonly rows: Repository<HandlerPauseEntity>) {}

  /** Adds a pause. Resolves with the existing one, unchanged, if there is one. */
  async add(handler: string, by: string, reason: string | null, transaction: EntityManager): Promise<StoredPause> {
    const [row] = await transaction.query<StoredPause[]>(ADD, [handler, by, reason]);
    if (!row) throw new Error('INSERT … RETURNING returned no row');
    return row;
  }

  /** Resolves with whether the handler was paused. */
  async remove(handler: string, transaction: EntityManager): Promise<boolean> {
    const { affected } = await transaction.delete(HandlerPauseEntity, { handler });
    return affected === 1;
  }

  /** All pauses, by handler. */
  async all(): Promise<HandlerPauseEntity[]> {
    return this.rows.find({ order: { handler: 'ASC' } });
  }
}

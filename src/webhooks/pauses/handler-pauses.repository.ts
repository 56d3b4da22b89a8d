import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { HandlerPauseEntity } from './handler-pause.entity.js';

/** A stored pause, and whether it was there before. */
export interface StoredPause extends HandlerPauseEntity {
  readonly already: boolean;
}

/** The update changes nothing: it makes the row that is there be returned, and `xmax` tells that it was. */
const ADD = `
  INSERT INTO handler_pauses AS known (handler, paused_at, paused_by, reason) VALUES ($1, now(), $2, $3)
  ON CONFLICT (handler) DO UPDATE SET handler = known.handler
  RETURNING handler, paused_at AS "pausedAt", paused_by AS "pausedBy", reason, xmax <> 0 AS already`;

/** The table of paused handlers. */
@Injectable()
export class HandlerPausesRepository {
  constructor(@InjectRepository(HandlerPauseEntity) private readonly rows: Repository<HandlerPauseEntity>) {}

  /** Adds one. Resolves with the one that was there before, unchanged, where there was one. */
  async add(handler: string, by: string, reason: string | null): Promise<StoredPause> {
    const [row] = await this.rows.query<StoredPause[]>(ADD, [handler, by, reason]);
    if (!row) throw new Error('INSERT … RETURNING gave no row');
    return row;
  }

  /** Resolves with whether there was one. */
  async remove(handler: string): Promise<boolean> {
    const { affected } = await this.rows.delete({ handler });
    return affected === 1;
  }

  /** By handler. */
  async all(): Promise<HandlerPauseEntity[]> {
    return this.rows.find({ order: { handler: 'ASC' } });
  }
}

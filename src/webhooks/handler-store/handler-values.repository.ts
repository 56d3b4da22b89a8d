import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type HandlerScope } from './handler-scope.js';
import { HandlerValueEntity } from './handler-value.entity.js';

const SET = `
  INSERT INTO handler_values (installation_id, handler_class, key, value) VALUES ($1, $2, $3, $4)
  ON CONFLICT (installation_id, handler_class, key) DO UPDATE SET value = excluded.value, updated_at = now()`;

/** The table `handler_values`. */
@Injectable()
export class HandlerValuesRepository {
  constructor(@InjectRepository(HandlerValueEntity) private readonly rows: Repository<HandlerValueEntity>) {}

  /** The JSON of a value. */
  async get(scope: HandlerScope, key: string): Promise<string | undefined> {
    return (await this.rows.findOneBy({ ...scope, key }))?.value;
  }

  async set({ installationId, handlerClass }: HandlerScope, key: string, json: string): Promise<void> {
    await this.rows.query(SET, [installationId, handlerClass, key, json]);
  }

  async delete(scope: HandlerScope, key: string): Promise<void> {
    await this.rows.delete({ ...scope, key });
  }

  /** Deletes those of an installation, in the caller's transaction. */
  async deleteAll(transaction: EntityManager, installationId: string): Promise<void> {
    await transaction.delete(HandlerValueEntity, { installationId });
  }
}

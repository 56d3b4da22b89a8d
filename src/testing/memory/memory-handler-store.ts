import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type HandlerScope } from '../../webhooks/handler-store/handler-scope.js';
import { type HandlerValuesRepository } from '../../webhooks/handler-store/handler-values.repository.js';
import {
  type OnceClaim,
  type OnceRecordsRepository,
  type OnceState,
} from '../../webhooks/handler-store/once-records.repository.js';

/** Rows by installation, class of handlers and key. */
class ScopedRows<T> {
  private readonly rows = new Map<string, { readonly installationId: string; readonly value: T }>();

  get(scope: HandlerScope, key: string): T | undefined {
    return this.rows.get(nameOf(scope, key))?.value;
  }

  set(scope: HandlerScope, key: string, value: T): void {
    this.rows.set(nameOf(scope, key), { installationId: scope.installationId, value });
  }

  delete(scope: HandlerScope, key: string): void {
    this.rows.delete(nameOf(scope, key));
  }

  deleteAll(installationId: string): void {
    for (const [name, row] of this.rows) if (row.installationId === installationId) this.rows.delete(name);
  }
}

function nameOf({ installationId, handlerClass }: HandlerScope, key: string): string {
  return JSON.stringify([installationId, handlerClass, key]);
}

/** What `context.store` has, in memory. */
@Injectable()
export class MemoryHandlerValues implements Pick<HandlerValuesRepository, 'get' | 'set' | 'delete' | 'deleteAll'> {
  private readonly rows = new ScopedRows<string>();

  async get(scope: HandlerScope, key: string): Promise<string | undefined> {
    return this.rows.get(scope, key);
  }

  async set(scope: HandlerScope, key: string, json: string): Promise<void> {
    this.rows.set(scope, key, json);
  }

  async delete(scope: HandlerScope, key: string): Promise<void> {
    this.rows.delete(scope, key);
  }

  async deleteAll(_transaction: EntityManager, installationId: string): Promise<void> {
    this.rows.deleteAll(installationId);
  }
}

type UsedOfOnce = 'claim' | 'find' | 'finish' | 'release' | 'deleteAll';

/** What `context.once` has done, in memory: no process crashes here, so that no claim ends by itself. */
@Injectable()
export class MemoryOnceRecords implements Pick<OnceRecordsRepository, UsedOfOnce> {
  private readonly rows = new ScopedRows<OnceState & { readonly owner: string }>();

  async claim(scope: HandlerScope, key: string, { owner }: OnceClaim): Promise<boolean> {
    const known = this.rows.get(scope, key);
    if (known && (known.done || known.owner !== owner)) return false;
    this.rows.set(scope, key, { owner, done: false, result: null });
    return true;
  }

  async find(scope: HandlerScope, key: string): Promise<OnceState | undefined> {
    return this.rows.get(scope, key);
  }

  async finish(scope: HandlerScope, key: string, owner: string, result?: string): Promise<void> {
    this.rows.set(scope, key, { owner, done: true, result: result ?? null });
  }

  async release(scope: HandlerScope, key: string): Promise<void> {
    this.rows.delete(scope, key);
  }

  async deleteAll(_transaction: EntityManager, installationId: string): Promise<void> {
    this.rows.deleteAll(installationId);
  }
}

import { Injectable } from '@nestjs/common';
import { type HandlerStore } from '../discovery/handler-contexts.js';
import { type HandlerScope, requireJson, requireKey } from './handler-scope.js';
import { HandlerValuesRepository } from './handler-values.repository.js';

/** The values that handlers store. */
@Injectable()
export class HandlerStoreService {
  constructor(private readonly values: HandlerValuesRepository) {}

  /** The values of one class of handlers in one installation. */
  storeOf(scope: HandlerScope): HandlerStore {
    return {
      get: async <T>(key: string) => {
        requireKey(key);
        const json = await this.values.get(scope, key);
        return json === undefined ? undefined : (JSON.parse(json) as T);
      },
      set: async (key, value) => {
        requireKey(key);
        await this.values.set(scope, key, requireJson(value));
      },
      delete: async (key) => {
        requireKey(key);
        await this.values.delete(scope, key);
      },
    };
  }
}

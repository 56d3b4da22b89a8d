import { Global, Module, type Provider, type Type } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DATA_SOURCE_NAME } from '../database/database.module.js';
import { Tasks } from '../tasks/tasks.service.js';
import { Installations } from '../webhooks/clients/installations.js';
import { PlaneClients } from '../webhooks/clients/plane-clients.service.js';
import { EmbeddedHangar } from './embedded-hangar.js';
import { type HangarModuleOptions } from './hangar-module-options.js';
import { ConfigurableModuleClass, HANGAR_OPTIONS } from './hangar.module-definition.js';
import { importedTwice, otherNest } from './host.errors.js';

/** What the application's classes inject of Hangar. */
const PROVIDED: readonly Type[] = [Tasks as Type, PlaneClients as Type, Installations as Type];

/** The applications that have a Hangar. */
const hosts = new WeakSet<ModulesContainer>();

const providers: Provider[] = [
  {
    provide: EmbeddedHangar,
    inject: [HANGAR_OPTIONS, { token: HttpAdapterHost, optional: true }, { token: ModulesContainer, optional: true }],
    useFactory: async (options: HangarModuleOptions, http?: HttpAdapterHost, modules?: ModulesContainer) => {
      if (!http || !modules) throw otherNest();
      if (hosts.has(modules)) throw importedTwice();
      hosts.add(modules);
      const adapter = http.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined | null;
      return EmbeddedHangar.create(options, { modules, adapter: adapter ?? undefined });
    },
  },
  ...PROVIDED.map((provide) => ({
    provide,
    inject: [EmbeddedHangar],
    useFactory: (hangar: EmbeddedHangar): unknown => hangar.get(provide),
  })),
  {
    provide: getDataSourceToken(DATA_SOURCE_NAME),
    inject: [EmbeddedHangar],
    useFactory: (hangar: EmbeddedHangar) => hangar.get(DataSource),
  },
];

/** Hangar in another application. Global, so that each class there can inject `Tasks` and others; nothing else is. */
@Global()
@Module({ providers, exports: providers })
export class HangarCoreModule extends ConfigurableModuleClass {}

import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';
import { HangarConfig } from './hangar-config.js';

/** Makes the one {@link HangarConfig} of the process available everywhere, and the {@link Drain} that goes by it. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: HangarConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: HangarConfig, useValue: config }, Drain],
      exports: [HangarConfig, Drain],
    };
  }
}

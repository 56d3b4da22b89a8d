import { type DynamicModule, Global, Module } from '@nestjs/common';
import { HangarConfig } from './hangar-config.js';

/** Makes the one {@link HangarConfig} of the process available everywhere. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: HangarConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: HangarConfig, useValue: config }],
      exports: [HangarConfig],
    };
  }
}

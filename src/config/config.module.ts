import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, registerAs } from '@nestjs/config';
import { Drain } from './drain.js';
import { HangarConfig } from './hangar-config.js';
import { connectionsOf, PlaneConnections } from './plane-connections.js';

/**
 * Makes the configuration of the process injectable everywhere: its areas by their `KEY`, `ConfigService` for the app's
 * own settings, {@link PlaneConnections}, and {@link Drain}, whose deadline is configured.
 */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(config: HangarConfig): DynamicModule {
    const nest = NestConfigModule.forRoot({
      isGlobal: true,
      ignoreEnvFile: true,
      validatePredefined: false,
      skipProcessEnv: true,
      validate: () => config.settings,
      load: Object.entries(config.areas).map(([name, area]) => registerAs(name, () => area)),
    });
    return {
      module: ConfigModule,
      imports: [nest],
      providers: [
        { provide: HangarConfig, useValue: config },
        { provide: PlaneConnections, useValue: connectionsOf(config) },
        Drain,
      ],
      exports: [HangarConfig, PlaneConnections, Drain],
    };
  }
}

import { ConfigurableModuleBuilder } from '@nestjs/common';
import { type HangarModuleOptions } from './hangar-module-options.js';

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: HANGAR_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<HangarModuleOptions>({ moduleName: 'Hangar' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createHangarOptions')
  .build();

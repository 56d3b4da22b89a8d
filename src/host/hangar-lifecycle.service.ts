import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { EmbeddedHangar } from './embedded-hangar.js';

/**
 * Starts and stops Hangar with the application. It is a provider of a module that is not global: Nest would start Hangar
 * before the application's modules, and stop it after them, while its handlers use what they provide.
 */
@Injectable()
export class HangarLifecycle implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly hangar: EmbeddedHangar) {}

  onModuleInit(): void {
    this.hangar.findHandlers();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.hangar.start();
  }

  /** The application's server still accepts requests. */
  async onModuleDestroy(): Promise<void> {
    await this.hangar.drain();
  }

  /** The application's server is closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.hangar.stop();
  }
}

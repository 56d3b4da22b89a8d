import { Module } from '@nestjs/common';
import { ConsentRequestsRegistry } from './consent-requests.registry.js';

/** The registry of those that request consents, also in processes that serve no consent pages. */
@Module({ providers: [ConsentRequestsRegistry], exports: [ConsentRequestsRegistry] })
export class ConsentRequestsModule {}

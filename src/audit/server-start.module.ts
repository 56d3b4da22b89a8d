import { Module } from '@nestjs/common';
import { AuditModule } from './audit.module.js';
import { ServerStartService } from './server-start.service.js';

/** Books each start of a server. */
@Module({ imports: [AuditModule], providers: [ServerStartService] })
export class ServerStartModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InstallationEntity } from './installation.entity.js';
import { InstallationsRepository } from './installations.repository.js';
import { InstallationsService } from './installations.service.js';

/** Where the app is installed. */
@Module({
  imports: [TypeOrmModule.forFeature([InstallationEntity])],
  providers: [InstallationsRepository, InstallationsService],
  exports: [InstallationsService],
})
export class InstallationsModule {}

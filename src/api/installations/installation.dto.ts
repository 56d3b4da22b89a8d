import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Installation } from '../../installations/installation.js';
import { ListQuery } from '../http/page.dto.js';
import { ConnectionProperty, DateTimeProperty, OptionalConnection } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

/** A page of the installations, of all connections or of one. */
export class InstallationsQuery extends ListQuery {
  @OptionalConnection()
  connection?: string;
}

/** An installation of the app in a workspace. */
export class InstallationDto {
  @ApiProperty({
    format: 'uuid',
    description: "Hangar's id",
    example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21',
  })
  id!: string;

  @ApiProperty({
    description: "Plane's id of the installation",
    example: 'b7f1c0de-3a52-4f5e-9c0f-2f4f0c8a1d11',
  })
  installationId!: string;

  @ConnectionProperty()
  connection!: string;

  @ApiProperty({ enum: ['installed', 'uninstalled'], example: 'installed' })
  status!: string;

  @ApiProperty({
    description: "Plane's id of the workspace",
    example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60',
  })
  workspaceId!: string;

  @ApiProperty({ example: 'acme' })
  workspaceSlug!: string;

  @ApiProperty({ example: 'Acme Ltd' })
  workspaceName!: string;

  @ApiProperty({
    description: 'The Plane user that the app acts as',
    example: 'c9d4e7a0-1b2c-4d3e-8f4a-5b6c7d8e9f00',
  })
  botUserId!: string;

  @ApiProperty({ description: 'Base URL of the Plane instance', example: 'https://api.plane.so' })
  planeBaseUrl!: string;

  @ApiPropertyOptional({
    description: "Plane's id of the user who installed it",
    example: '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d',
  })
  installedBy?: string;

  @DateTimeProperty({ description: 'When it was first installed' })
  installedAt!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it was found to be uninstalled',
    example: '2026-02-28T09:00:00.000Z',
  })
  uninstalledAt?: string;

  /** Converts an installation. */
  static of(this: void, installation: Installation): InstallationDto {
    const { connectionId: connection, baseUrl: planeBaseUrl, createdAt: installedAt } = installation;
    return toDto(InstallationDto, { ...installation, connection, planeBaseUrl, installedAt });
  }
}

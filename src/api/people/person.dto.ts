import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OPERATOR_ROLES } from '../../identity/operator-role.js';
import { type Link } from '../../identity/people/links.service.js';
import { type Person } from '../../identity/people/people.service.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

/** A Plane user that a person has linked. */
export class LinkDto {
  @ApiProperty({
    description: 'Id of the Plane user',
    example: '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d',
  })
  planeUserId!: string;

  @DateTimeProperty({ description: 'When it was linked' })
  linkedAt!: string;
}

/** A person who has signed in or was disabled. */
export class ListedPersonDto {
  @ApiProperty({ description: 'Subject at the identity provider', example: '00u1a2b3c4D5e6F7g8h9' })
  subject!: string;

  @ApiProperty({
    description: 'The identity provider',
    example: 'https://login.example.com/realms/staff',
  })
  issuer!: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace' })
  name?: string;

  @ApiPropertyOptional({ example: 'ada@example.com' })
  email?: string;

  @ApiPropertyOptional({
    enum: OPERATOR_ROLES,
    description: 'Role at the last sign-in; absent without a role',
    example: 'operator',
  })
  role?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Last request; absent for a person who never signed in',
    example: '2026-01-31T09:00:00.000Z',
  })
  lastSeenAt?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the person was disabled; absent for an enabled person',
    example: '2026-02-28T09:00:00.000Z',
  })
  disabledAt?: string;
}

/** A person with their links to Plane users. */
export class PersonDto extends ListedPersonDto {
  @ApiProperty({ type: [LinkDto], description: 'Linked Plane users that the app may act as' })
  links!: LinkDto[];

  /** Converts a person with their links. */
  static withLinks(this: void, person: Person, links: readonly Link[]): PersonDto {
    return toDto(PersonDto, { ...person, links: links.map((link) => toDto(LinkDto, link)) });
  }
}

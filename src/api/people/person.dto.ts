import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OPERATOR_ROLES } from '../../identity/operator-role.js';
import { type Link } from '../../identity/people/links.service.js';
import { type Person } from '../../identity/people/people.service.js';
import { LinkDto } from './link.dto.js';

/** Somebody who has signed in, or who is kept from it. */
export class ListedPersonDto {
  @ApiProperty({ description: 'The subject at the identity provider', example: '00u1a2b3c4D5e6F7g8h9' })
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
    description: 'At the last sign-in; absent for none',
    example: 'operator',
  })
  role?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Last seen; absent for somebody who was never here',
    example: '2026-01-31T09:00:00.000Z',
  })
  lastSeenAt?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Kept out since then',
    example: '2026-02-28T09:00:00.000Z',
  })
  disabledAt?: string;

  /** Tells a person. */
  static of(this: void, person: Person): Pick<ListedPersonDto, keyof ListedPersonDto> {
    const { subject, issuer, name, email, role, lastSeenAt, disabledAt } = person;
    return {
      subject,
      issuer,
      ...(name !== null && { name }),
      ...(email !== null && { email }),
      ...(role !== null && { role }),
      ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }),
      ...(disabledAt && { disabledAt: disabledAt.toISOString() }),
    };
  }
}

/** One person, with the Plane users that they have linked. */
export class PersonDto extends ListedPersonDto {
  @ApiProperty({ type: [LinkDto], description: 'The Plane users that the app may act as for them' })
  links!: LinkDto[];

  /** Tells a person and their links. */
  static withLinks(this: void, person: Person, links: readonly Link[]): PersonDto {
    return { ...ListedPersonDto.of(person), links: links.map(LinkDto.of) };
  }
}

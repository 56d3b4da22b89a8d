import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { OPERATOR_ROLES } from '../../../identity/operator-role.js';
import { type Person } from '../../../identity/people.service.js';
import { Moment } from '../http/parameters.decorator.js';

/** A Plane user that a person has linked. */
export class LinkDto {
  @ApiProperty({ description: "The person's id in Plane", example: '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d' })
  planeUserId!: string;

  @Moment({ description: 'When it was linked' })
  linkedAt!: string;
}

/** Somebody who has signed in, or whose sign-in was forbidden. */
export class PersonDto {
  @ApiProperty({ description: 'The subject at the identity provider', example: '00u1a2b3c4D5e6F7g8h9' })
  subject!: string;

  @ApiProperty({ description: 'The identity provider', example: 'https://login.example.com/realms/staff' })
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

  @ApiPropertyOptional({ format: 'date-time', description: 'Last seen', example: '2026-01-31T09:00:00.000Z' })
  lastSeenAt?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'No access since then',
    example: '2026-02-28T09:00:00.000Z',
  })
  disabledAt?: string;

  @ApiProperty({ type: [LinkDto], description: 'The Plane users that the app may act as for them' })
  links!: LinkDto[];

  /** Tells a person. */
  static of({ subject, issuer, name, email, role, lastSeenAt, disabledAt, links }: Person): PersonDto {
    return {
      subject,
      issuer,
      ...(name && { name }),
      ...(email && { email }),
      ...(role && { role }),
      ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }),
      ...(disabledAt && { disabledAt: disabledAt.toISOString() }),
      links: links.map(({ planeUserId, linkedAt }) => ({ planeUserId, linkedAt: linkedAt.toISOString() })),
    };
  }
}

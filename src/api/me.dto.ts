import { ApiProperty } from '@nestjs/swagger';
import { OPERATOR_ROLES } from '../identity/operator-role.js';
import { type Operator } from '../identity/operator.js';
import { type Link } from '../identity/people/links.service.js';
import { toDto } from './http/to-dto.js';
import { LinkDto } from './people/person.dto.js';

/** The operator who sends the request. */
export class MeDto {
  @ApiProperty({
    enum: ['person', 'machine'],
    description: '`person`: signed in by a session; `machine`: by a bearer token',
    example: 'person',
  })
  kind!: string;

  @ApiProperty({
    description: 'The identity provider',
    example: 'https://login.example.com/realms/staff',
  })
  issuer!: string;

  @ApiProperty({ description: 'Subject at the identity provider', example: '00u1a2b3c4D5e6F7g8h9' })
  subject!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  email!: string | null;

  @ApiProperty({ type: String, enum: OPERATOR_ROLES, nullable: true, example: 'operator' })
  role!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Only for sessions: send it as `x-csrf-token` with every request that changes something',
    example: null,
  })
  csrfToken!: string | null;

  @ApiProperty({
    type: [LinkDto],
    description: 'Linked Plane users that the app may act as, newest first',
  })
  links!: LinkDto[];

  /** Converts an operator. */
  static of(this: void, operator: Operator, links: readonly Link[]): MeDto {
    const { kind, issuer, subject, name = null, email = null, role = null, csrfToken = null } = operator;
    return { kind, issuer, subject, name, email, role, csrfToken, links: links.map((link) => toDto(LinkDto, link)) };
  }
}

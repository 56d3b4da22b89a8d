import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An invalid parameter of a request. */
export class InvalidParameterDto {
  @ApiProperty({ description: 'The query parameter, header or field of the body', example: 'limit' })
  parameter!: string;

  @ApiProperty({ description: 'What is wrong', example: 'must be a whole number from 1 to 200' })
  problem!: string;
}

/** An error (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ description: 'Stable, for programs', example: 'urn:hangar:request_invalid' })
  type!: string;

  @ApiProperty({
    description: 'What is wrong, the same for each problem of the type',
    example: 'Invalid request',
  })
  title!: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status', example: 400 })
  status!: number;

  @ApiProperty({
    description: 'What is wrong in this case and what to do',
    example: 'limit must be a whole number from 1 to 200.',
  })
  detail!: string;

  @ApiProperty({
    description: 'The id of the request in the log',
    example: '3f1a4e86-3a3d-4c4e-9d0e-5a1c0a3f9b77',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [InvalidParameterDto],
    description: 'Every invalid parameter',
  })
  errors?: InvalidParameterDto[];
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One thing that is wrong with a request. */
export class RequestFaultDto {
  @ApiProperty({ description: 'The query parameter, header or field of the body', example: 'limit' })
  parameter!: string;

  @ApiProperty({ description: 'What it may be', example: 'must be a whole number from 1 to 200' })
  problem!: string;
}

/** A refusal or a failure (RFC 9457). */
export class ProblemDto {
  @ApiProperty({ description: 'Stable, for programs', example: 'urn:hangar:request_invalid' })
  type!: string;

  @ApiProperty({
    description: 'What is wrong, the same for each problem of the type',
    example: 'The request is not valid',
  })
  title!: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status', example: 400 })
  status!: number;

  @ApiProperty({
    description: 'What is wrong here and what to do',
    example: 'limit must be a whole number from 1 to 200.',
  })
  detail!: string;

  @ApiProperty({
    description: 'What the log calls the request',
    example: '3f1a4e86-3a3d-4c4e-9d0e-5a1c0a3f9b77',
  })
  requestId!: string;

  @ApiPropertyOptional({
    type: [RequestFaultDto],
    description: 'All that is wrong with what the request holds',
  })
  errors?: RequestFaultDto[];
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DeliverySummaryDto } from './listed-delivery.dto.js';
import { EventDto } from './event.dto.js';
import { OutcomeDto } from './outcome.dto.js';

/** What a webhook holds. */
export class PayloadDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The headers that are kept',
    example: { 'content-type': 'application/json' },
  })
  headers!: Record<string, string>;

  @ApiProperty({ type: 'integer', description: 'Bytes', example: 17 })
  size!: number;

  @ApiProperty({
    format: 'byte',
    description: 'The very bytes; GET /api/v1/deliveries/{id}/body sends them as they are',
    example: 'eyJ2ZXJzaW9uIjoidjIifQ==',
  })
  base64!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What they say, where they are a JSON object',
    example: { version: 'v2' },
  })
  json?: object;

  @ApiPropertyOptional({ description: 'The text, where they are none and valid UTF-8', example: 'no JSON' })
  text?: string;

  @ApiProperty({ description: 'The secret that signed them: start of its SHA-256', example: '1f2e3d4c' })
  secretFingerprint!: string;
}

/** One delivery. */
export class DeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [OutcomeDto], description: 'At each handler that has taken it up' })
  outcomes!: OutcomeDto[];

  @ApiPropertyOptional({
    type: EventDto,
    description: 'The event as handlers see it; told to operators alone',
  })
  normalised?: EventDto;

  @ApiPropertyOptional({ type: PayloadDto, description: 'What came; told to operators alone' })
  payload?: PayloadDto;
}

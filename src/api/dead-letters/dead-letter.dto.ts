import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type DeadLetter } from '../../queue/dead-letters.service.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';

/** An event whose handler failed for the last time. */
export class DeadLetterDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({ example: 'PingHandler.pong' })
  handler!: string;

  @ApiPropertyOptional({
    description: 'The delivery that it is about',
    example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21',
  })
  deliveryId?: string;

  @ApiPropertyOptional({ description: 'Why the last attempt failed', example: 'Plane answered 403' })
  error?: string;

  @DateTimeProperty({ description: 'When it failed for the last time' })
  failedAt!: string;

  /** Tells a dead letter. */
  static of(this: void, { id, handler, data: { deliveryId }, error, failedAt }: DeadLetter): DeadLetterDto {
    return {
      id,
      handler,
      ...(typeof deliveryId === 'string' && { deliveryId }),
      ...(error !== null && { error }),
      failedAt: failedAt.toISOString(),
    };
  }
}

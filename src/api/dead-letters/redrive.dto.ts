import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsOptional, IsUUID } from 'class-validator';
import { Flag, OptionalText } from '../http/parameters.decorator.js';

const MAX_IDS = 1000;
const IDS = { message: `must be 1 to ${MAX_IDS} ids of dead letters` };

/** Which dead letters are given back: exactly one of `ids`, `handler` and `all`. */
export class RedriveDto {
  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_IDS,
    description: 'Those with these ids',
    example: ['0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41'],
  })
  @IsOptional()
  @ArrayNotEmpty(IDS)
  @ArrayMaxSize(MAX_IDS, IDS)
  @IsUUID('all', { each: true, ...IDS })
  ids?: string[];

  @OptionalText({ description: 'All of this handler' })
  handler?: string;

  @Flag({ description: 'Every one' })
  all: boolean = false;

  @Flag({ description: 'Count, and do nothing' })
  dryRun: boolean = false;
}

/** What a redrive did, or would do. */
export class RedrivenDto {
  @ApiProperty({
    type: 'integer',
    description: 'Dead letters that were given back to their handlers',
    example: 1,
  })
  redriven!: number;

  @ApiProperty({ description: 'Nothing was done', example: false })
  dryRun!: boolean;
}

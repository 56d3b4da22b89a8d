import { describe, expect, it } from '@jest/globals';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toDto } from './to-dto.js';

class BaseDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  role!: string | null;
}

class VisitDto extends BaseDto {
  @ApiProperty()
  at!: string;

  @ApiPropertyOptional()
  endedAt?: string;

  @ApiPropertyOptional()
  count?: number;
}

const AT = new Date('2026-01-31T09:00:00Z');

describe('toDto', () => {
  it('takes the declared and the inherited properties alone, and writes times in RFC 3339', () => {
    const stored = { id: 'a', role: 'admin', at: AT, endedAt: AT, count: 0, secret: 'unseen' };
    const time = '2026-01-31T09:00:00.000Z';
    expect(toDto(VisitDto, stored)).toEqual({ id: 'a', role: 'admin', at: time, endedAt: time, count: 0 });
  });

  it('leaves out optional properties without a value, and keeps null where the property is required', () => {
    const made = toDto(VisitDto, { id: 'a', role: null, at: AT, endedAt: null, count: undefined });
    expect(Object.keys(made)).toEqual(['id', 'role', 'at']);
  });
});

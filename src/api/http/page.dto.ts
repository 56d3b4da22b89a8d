import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Page } from './cursor.js';

/** The DTO of a list's page. @param item the DTO of what it lists */
export function pageDto<T>(name: string, item: Type<T>): Type<Page<T>> {
  class ListPage implements Page<T> {
    @ApiProperty({ type: [item] })
    items!: T[];

    @ApiPropertyOptional({
      type: String,
      description: 'The `cursor` of the next page; absent on the last one',
      example: 'MDE5N2I2YTEtOWUwMA',
    })
    next?: string;
  }
  Object.defineProperty(ListPage, 'name', { value: name });
  return ListPage;
}

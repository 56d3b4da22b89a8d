import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Page } from './cursor.js';
import { OptionalText, OptionalInteger } from './parameters.decorator.js';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** The parameters of every list. */
export class ListQuery {
  @OptionalInteger(1, MAX_LIMIT, DEFAULT_LIMIT, {
    description: 'Maximum number of items',
    example: DEFAULT_LIMIT,
  })
  limit: number = DEFAULT_LIMIT;

  @OptionalText({ description: 'The `next` of the previous page; absent for the first page' })
  cursor?: string;
}

/** Makes the DTO of a page of a list. @param item the DTO of one item */
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

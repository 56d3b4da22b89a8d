import { ApiProperty } from '@nestjs/swagger';
import { type Link } from '../../identity/people/links.service.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';

/** A Plane user that a person has linked. */
export class LinkDto {
  @ApiProperty({ description: "The person's id in Plane", example: '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d' })
  planeUserId!: string;

  @DateTimeProperty({ description: 'When it was linked' })
  linkedAt!: string;

  /** Tells a link. */
  static of(this: void, { planeUserId, linkedAt }: Link): LinkDto {
    return { planeUserId, linkedAt: linkedAt.toISOString() };
  }
}

import { ApiProperty } from '@nestjs/swagger';
import { Flag, OptionalText } from '../http/parameters.decorator.js';
import { DeliveryFilterDto } from './delivery-filter.dto.js';

const TO_HANDLER = {
  description: 'Hand them to this handler alone; else to each that wants the event',
  example: 'PingHandler.pong',
};
const DRY_RUN = { description: 'Count, and do nothing' };

/** How one delivery is replayed. */
export class ReplayOneDto {
  @OptionalText(TO_HANDLER)
  toHandler?: string;

  @Flag(DRY_RUN)
  dryRun: boolean = false;
}

/** Which deliveries are replayed, and how. */
export class ReplayManyDto extends DeliveryFilterDto {
  @OptionalText(TO_HANDLER)
  toHandler?: string;

  @Flag(DRY_RUN)
  dryRun: boolean = false;
}

/** What a replay did, or would do. */
export class ReplayedDto {
  @ApiProperty({ type: 'integer', description: 'Deliveries that were handed out again', example: 3 })
  deliveries!: number;

  @ApiProperty({ type: 'integer', description: 'Runs: one a delivery and handler', example: 4 })
  jobs!: number;

  @ApiProperty({ description: 'Nothing was done', example: false })
  dryRun!: boolean;
}

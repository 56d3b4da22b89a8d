import { IntersectionType } from '@nestjs/swagger';
import { ListQuery } from '../http/list.query.js';
import { DeliveryFilterDto } from './delivery-filter.dto.js';

/** A page of the deliveries that a filter lets through. */
export class DeliveriesQuery extends IntersectionType(ListQuery, DeliveryFilterDto) {}

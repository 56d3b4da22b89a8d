import { Get } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { type Operator } from '../../identity/operator.js';
import { ApiController } from './http/api-controller.decorator.js';
import { Route } from './http/route.decorator.js';
import { MeDto } from './me.dto.js';

/** `/api/v1/me`: who am I. */
@ApiController('me')
export class MeController {
  /** Who sends the request. */
  @Get()
  @Route({ id: 'getMe', role: 'signed-in', summary: 'Who sends the request', answer: MeDto })
  async me(@CurrentOperator() operator: Operator): Promise<MeDto> {
    return MeDto.of(operator);
  }
}

import { Controller, Get } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';

/** What an operator is told of themselves. */
export interface Me {
  readonly kind: Operator['kind'];
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: string | null;
  /** Of a session: scripts send it back in `x-csrf-token` with what acts. */
  readonly csrfToken: string | null;
}

/** `/api/v1/me`: who am I. */
@Controller('api/v1/me')
@RequiresRole('signed-in')
export class MeController {
  /** Who sends the request. */
  @Get()
  async me(@CurrentOperator() operator: Operator): Promise<Me> {
    const { kind, issuer, subject, name = null, email = null, role = null, csrfToken = null } = operator;
    return { kind, issuer, subject, name, email, role, csrfToken };
  }
}

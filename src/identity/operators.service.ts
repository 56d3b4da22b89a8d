import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Operator } from './operator.js';

/** Knows who is behind a request. */
@Injectable()
export class OperatorsService {
  /** @throws {DomainError} where a credential is there and not good, or nobody can be known at all */
  async identify(request: FastifyRequest): Promise<Operator | undefined> {
    void request;
    return undefined;
  }
}

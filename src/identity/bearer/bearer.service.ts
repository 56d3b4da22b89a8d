import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { DEVELOPER, DevelopmentTokenService } from '../access/development-token.service.js';
import { type Operator } from '../operator.js';
import { tokenRefused } from './bearer.errors.js';

const BEARER = /^Bearer +(\S+) *$/i;

/** Programs that send a token of the identity provider with each request (RFC 6750 §2.1). */
@Injectable()
export class BearerService {
  constructor(private readonly development: DevelopmentTokenService) {}

  /**
   * `undefined` where the request has no bearer token.
   *
   * @throws {DomainError} it has one that is not good, or that cannot be checked now
   */
  async operatorOf(request: FastifyRequest): Promise<Operator | undefined> {
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    if (this.development.accepts(token)) return { ...DEVELOPER, kind: 'machine', from: request.ip };
    throw tokenRefused('it is none that this server knows');
  }
}

import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { PlaneClientFactory } from './plane-client.factory.js';
import { userIdOf } from './plane-answers.js';

/** Finds out which user a token belongs to. */
@Injectable()
export class PlaneUsersService {
  constructor(private readonly clients: PlaneClientFactory) {}

  /** The id of the user that `GET /api/v1/users/me/` names. */
  async userIdOf(token: Secret): Promise<string> {
    return userIdOf(await this.clients.create({ live: async () => token }).users.me());
  }
}

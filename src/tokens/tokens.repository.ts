import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { TokenEntity } from './token.entity.js';
import { type TokenOwner } from './token.js';

/** What a renewal writes, encrypted. */
export interface SealedGrant {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly scope: string | null;
  readonly obtainedAt: Date;
  readonly expiresAt: Date;
}

const UPSERT = `
  INSERT INTO tokens (id, kind, base_url, installation_id, plane_user_id,
                      access_token, refresh_token, scope, obtained_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (id) DO UPDATE
  SET access_token = excluded.access_token, refresh_token = excluded.refresh_token, scope = excluded.scope,
      obtained_at = excluded.obtained_at, expires_at = excluded.expires_at,
      version = tokens.version + 1, updated_at = now()`;

/** The table of tokens. */
@Injectable()
export class TokensRepository {
  constructor(@InjectRepository(TokenEntity) private readonly rows: Repository<TokenEntity>) {}

  async find(id: string): Promise<TokenEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** Stores what a consent brought, whatever was there before; a renewal that is under way then finds its version gone. */
  async upsert(id: string, owner: TokenOwner, grant: SealedGrant): Promise<void> {
    const bot = owner.kind === 'bot' ? owner.installationId : null;
    const user = owner.kind === 'user' ? owner.planeUserId : null;
    const { accessToken, refreshToken, scope, obtainedAt, expiresAt } = grant;
    const row = [
      id,
      owner.kind,
      owner.baseUrl,
      bot,
      user,
      accessToken,
      refreshToken,
      scope,
      obtainedAt,
      expiresAt,
    ];
    await this.rows.query(UPSERT, row);
  }

  /** Replaces the pair of one version. Resolves with false where another writer came first. */
  async replace(id: string, version: number, grant: SealedGrant): Promise<boolean> {
    const { affected } = await this.rows.update({ id, version }, { ...grant, version: version + 1 });
    return affected === 1;
  }
}

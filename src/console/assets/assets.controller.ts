import { Controller, Get, NotFoundException, Param, Res, UseFilters } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { PageFilter } from '../frame/page.filter.js';
import { findAsset } from './assets.js';

const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Style sheet, script and icon of the console. */
@Controller('console/assets')
@RequiresRole('public')
@UseFilters(PageFilter)
export class AssetsController {
  /** During a rolling update a page may ask another release for its file: it gets that release's file, uncached. */
  @Get(':file')
  async file(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const asset = findAsset(`/console/assets/${file}`);
    if (!asset) throw new NotFoundException('The console has no such file.');
    await reply
      .headers({
        'content-type': asset.type,
        'cache-control': asset.exact ? IMMUTABLE : 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(asset.content);
  }
}

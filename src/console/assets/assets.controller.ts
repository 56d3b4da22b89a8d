import { Controller, Get, NotFoundException, Param, Res, UseFilters } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { PageFilter } from '../frame/page.filter.js';
import { findAsset } from './assets.js';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** The style sheet, the script and the icon. */
@Controller('console/assets')
@RequiresRole('public')
@UseFilters(PageFilter)
export class AssetsController {
  /** While two releases run beside each other, a page of one may ask the other: it gets what there is, not to be kept. */
  @Get(':file')
  async file(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const asset = findAsset(`/console/assets/${file}`);
    if (!asset) throw new NotFoundException('There is no such file.');
    await reply
      .headers({
        'content-type': asset.type,
        'cache-control': asset.exact ? FOR_EVER : 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .send(asset.content);
  }
}

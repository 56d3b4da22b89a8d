import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { unknownRoute } from '../http/api.errors.js';
import { Route } from '../http/route.decorator.js';
import { docsAsset } from './docs-assets.js';
import { DOCS_PAGE, DOCS_POLICY } from './docs.page.js';

/** They change with a release alone, and hold nothing of anybody's. */
const KEPT = 'public, max-age=3600';

/** The description of the API for people, without a request to anybody else. */
@ApiTags('documentation')
@Controller('api/docs')
export class DocsController {
  @Get()
  @Route({
    id: 'getDocs',
    role: 'public',
    summary: 'This description for people, where each route can be tried',
    media: { type: 'text/html', schema: { type: 'string' }, example: '<!doctype html>' },
  })
  page(@Res() reply: FastifyReply): void {
    void reply.headers(DOCS_POLICY).type('text/html; charset=utf-8').send(DOCS_PAGE);
  }

  @Get(':file')
  @Route({
    id: 'getDocsAsset',
    role: 'public',
    summary: 'What the page for people is made of',
    media: { type: '*/*', schema: { type: 'string' }, example: '' },
    errors: [unknownRoute()],
  })
  async asset(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const asset = await docsAsset(file);
    if (!asset) throw unknownRoute();
    await reply.headers(DOCS_POLICY).header('cache-control', KEPT).type(asset.type).send(asset.body);
  }
}

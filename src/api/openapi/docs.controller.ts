import { readFile } from 'node:fs/promises';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { unknownRoute } from '../http/api.errors.js';
import { Route } from '../http/route.decorator.js';
import { DOCS_PAGE, DOCS_POLICY, DOCS_SCRIPT } from './docs.page.js';

/** The files are public and change only with a release. */
const CACHE_CONTROL = 'public, max-age=3600';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** The only files of the installed `swagger-ui-dist` that are served. */
const FILES: Readonly<Record<string, string>> = { 'swagger-ui.css': CSS, 'swagger-ui-bundle.js': JAVASCRIPT };

/** The documentation page of the API. It loads nothing from other hosts. */
@ApiTags('documentation')
@Controller('api/docs')
export class DocsController {
  @Get()
  @Route({
    id: 'getDocs',
    role: 'public',
    summary: 'Interactive documentation of the API',
    media: { type: 'text/html', schema: { type: 'string' }, example: '<!doctype html>' },
  })
  page(@Res() reply: FastifyReply): void {
    void reply.headers(DOCS_POLICY).type('text/html; charset=utf-8').send(DOCS_PAGE);
  }

  @Get(':file')
  @Route({
    id: 'getDocsAsset',
    role: 'public',
    summary: 'Style sheet and scripts of the documentation',
    media: { type: '*/*', schema: { type: 'string' }, example: '' },
    errors: [unknownRoute()],
  })
  async asset(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const asset = await docsAsset(file);
    if (!asset) throw unknownRoute();
    await reply.headers(DOCS_POLICY).header('cache-control', CACHE_CONTROL).type(asset.type).send(asset.body);
  }
}

async function docsAsset(name: string): Promise<{ type: string; body: Buffer | string } | undefined> {
  if (name === 'init.js') return { type: JAVASCRIPT, body: DOCS_SCRIPT };
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const folder = import.meta.resolve('swagger-ui-dist/package.json');
  return { type, body: await readFile(new URL(name, folder)) };
}

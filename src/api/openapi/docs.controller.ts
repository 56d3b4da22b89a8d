import { readFileSync } from 'node:fs';
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
  asset(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const asset = docsAsset(file);
    if (!asset) throw unknownRoute();
    void reply.headers(DOCS_POLICY).header('cache-control', CACHE_CONTROL).type(asset.type).send(asset.body);
  }
}

/** Read once, at the first request: a copy for each unread response would fill the memory. */
const contents = new Map<string, Buffer>();

function docsAsset(name: string): { type: string; body: Buffer | string } | undefined {
  if (name === 'init.js') return { type: JAVASCRIPT, body: DOCS_SCRIPT };
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const body = contents.get(name) ?? readFileSync(new URL(name, import.meta.resolve('swagger-ui-dist/package.json')));
  contents.set(name, body);
  return { type, body };
}

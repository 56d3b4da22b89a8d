import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import { type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorCodes, type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppModule } from '../app.module.js';
import { ProblemFilter } from '../common/problem.filter.js';
import { problemOf } from '../common/problem.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { type NestLogger } from '../observability/nest-logger.js';
import { traceRequests } from '../observability/tracing/request-spans.js';

const SANE_REQUEST_ID = /^[\w.-]{1,64}$/;
/** A client that sends its request slower than this is let go. */
const REQUEST_TIMEOUT_MS = 60_000;
const FORM_LIMIT_BYTES = 64 * 1024;
/** Only webhooks are larger, and only for them there is a gate: anybody can send to any other address. */
const BODY_LIMIT_BYTES = 256 * 1024;
const FORM = /^application\/x-www-form-urlencoded\b/i;

/** No route has a JSON schema, by which Fastify would check and write: what compiles them, 100 files, is not read. */
const WITHOUT_SCHEMAS = {
  compilersFactory: {
    buildValidator: () => refuseSchema,
    buildSerializer: () => refuseSchema,
  },
};

/** Builds the application with its HTTP server, not yet listening. */
export async function createHttpApplication(
  config: HangarConfig,
  logger: NestLogger,
  handlers: Type,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // What still arrives on an open connection is answered like any other: nobody might send it again.
    return503OnClosing: false,
    // A HEAD by a link preview would use a consent up.
    exposeHeadRoutes: false,
    frameworkErrors: answerUnroutable,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    schemaController: WITHOUT_SCHEMAS,
    genReqId: ({ headers }: IncomingMessage) => requestId(headers['x-request-id']),
  });
  const module = await AppModule.forRoot(config, handlers);
  const options = { logger, abortOnError: false, bodyParser: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, options);
  if (config.tracesOn) traceRequests(app.getHttpAdapter().getInstance());
  app.useGlobalFilters(new ProblemFilter());
  app.getHttpAdapter().getInstance().removeAllContentTypeParsers();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (isRaw(route.config)) route.bodyLimit = config.webhookMaxBodyBytes;
    });
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, parseJsonUnlessRaw);
  await app.register(fastifyCookie);
  if (config.roles.includes('console')) (await import('../api/serve-api.js')).prepareApi(app);
  app.getHttpAdapter().getInstance().addHook('preParsing', refuseForeignForms);
  await app.register(fastifyFormbody, { bodyLimit: FORM_LIMIT_BYTES });
  return app;
}

function refuseSchema(): never {
  throw new Error('routes have no JSON schemas here: see WITHOUT_SCHEMAS');
}

/** Forms are the console's alone; everywhere else they are refused unread, as any type that nobody reads. */
async function refuseForeignForms({ headers, routeOptions }: FastifyRequest): Promise<void> {
  const type = headers['content-type'] ?? '';
  if (FORM.test(type) && !/^\/console(?:\/|$)/.test(routeOptions.url ?? ''))
    throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type);
}

/** What fails before there is a route: an address that cannot be decoded. */
function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request.id);
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID();
}

/** A route with the config `rawBody` gets the bytes as they came: a signature is over bytes. */
function parseJsonUnlessRaw(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  if (isRaw(request.routeOptions.config)) return done(null, body);
  void request.server.getDefaultJsonParser('error', 'error')(request, body.toString('utf8'), done);
}

function isRaw(config: unknown): boolean {
  return (config as { rawBody?: boolean } | undefined)?.rawBody === true;
}

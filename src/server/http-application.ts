import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import fastifyCookie from '@fastify/cookie';
import { type ModuleMetadata } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { NestFactoryStatic } from '@nestjs/core/nest-factory.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  errorCodes,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type preParsingHookHandler,
} from 'fastify';
import { AppModule } from '../app.module.js';
import { codedError } from '../common/coded-error.js';
import { ProblemFilter } from '../common/problem.filter.js';
import { problemOf } from '../common/problem.js';
import { pathPrefix, withoutPrefix } from '../common/path-prefix.js';
import { bodyUse } from '../common/request-body.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { type NestLogger } from '../observability/nest-logger.js';
import { traceRequests } from '../observability/tracing/request-spans.js';
import { offsetOfTooMuch } from '../webhooks/events/json-depth.js';
import { webhookUrl } from '../webhooks/receiver/webhook-path.js';
import { keepOwnCookies } from '../common/own-cookies.js';
import { limitConnections } from '../common/connection-limit.js';
import { limitRequests } from './rate-limit.js';
import { limitAnonymousBodies } from './anonymous-bodies.js';
import { unmapIpv4Clients } from './ipv4-clients.js';
import { serveBelowPrefix } from './serve-below-prefix.js';
import { closeUnreadBodies } from './unread-bodies.js';
import { readForwardedAddresses } from './forwarded-for.js';
import { freeBodyMemory } from './free-memory.js';

const VALID_REQUEST_ID = /^[\w.-]{1,64}$/;
/** A client that sends its request more slowly is disconnected. */
const REQUEST_TIMEOUT_MS = 60_000;
/** The cookies of a company's domain alone may take 32 KB, twice as much as Node accepts by default. */
const MAX_HEADER_BYTES = 48 * 1024;
const HEADERS_TIMEOUT_MS = 20_000;
/** What Node reads of a body that nothing reads: 64 KB by default, and as much again. */
const UNREAD_BYTES = 16 * 1024;
const FORM_LIMIT_BYTES = 64 * 1024;
/** Only webhooks may be larger: their route has backpressure, all others accept bodies from any client. */
const BODY_LIMIT_BYTES = 256 * 1024;
const MAX_PARAMETER_LENGTH = 1024;
/** Bodies are flat objects with lists of ids; what reads them is recursive. */
const MAX_JSON_DEPTH = 16;
/** A year. Other hosts of the domain are not Hangar's to decide on. */
const HSTS = 'max-age=31536000';
const FORM = /^application\/x-www-form-urlencoded\b/i;

/** No route has a JSON schema: Fastify's schema compilers, 100 files, are not loaded. */
const WITHOUT_SCHEMAS = {
  compilersFactory: {
    buildValidator: () => rejectSchema,
    buildSerializer: () => rejectSchema,
  },
};

const tooDeep = codedError(
  'body_too_deep',
  400,
  'Invalid request',
  `The JSON of the body has more than ${MAX_JSON_DEPTH} levels of lists and objects.`,
);

/** What is not the same for a process of Hangar's own and for a module of another application. */
export interface HttpApplicationOptions {
  /** The modules of the app, with its handlers. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Becomes the logger of the whole process; without one it stays as it is. */
  readonly logger?: NestLogger;
  /** The modules of a Nest application that imports `HangarModule`: its classes are the handlers. */
  readonly host?: ModulesContainer;
  /** Where the server of that application serves Hangar's routes, as `/hangar`; without it Hangar has a server of its own. */
  readonly path?: string;
}

/** Creates the application with its HTTP server, which does not listen yet. */
export async function createHttpApplication(
  config: HangarConfig,
  { imports, logger, host, path }: HttpApplicationOptions,
): Promise<NestFastifyApplication> {
  const adapter = fastifyAdapter(config, path ?? pathPrefix(config.publicUrl));
  const module = await AppModule.forRoot(config, imports, host);
  const options = { ...(logger && { logger }), abortOnError: false, bodyParser: false } as const;
  // Of its own: the shared factory keeps options of the application that it created last.
  const app = await new NestFactoryStatic().create<NestFastifyApplication>(module, adapter, options);
  const fastify = app.getHttpAdapter().getInstance();
  if (config.trustedProxies.length > 0) readForwardedAddresses(fastify);
  if (config.tracesOn) traceRequests(fastify);
  if (path === undefined && config.publicUrl.startsWith('https:')) fastify.addHook('onRequest', requireHttps);
  serveBelowPrefix(fastify, config.publicUrl);
  if (path === undefined) ownProcess(app, config);
  closeUnreadBodies(fastify);
  limitAnonymousBodies(fastify);
  app.useGlobalFilters(new ProblemFilter());
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    if (isRaw(route.config)) route.bodyLimit = config.webhookMaxBodyBytes;
  });
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, parseJsonUnlessRaw);
  keepOwnCookies(fastify);
  await app.register(fastifyCookie);
  if (config.roles.includes('console')) (await import('../api/prepare-api.js')).prepareApi(app);
  await limitRequests(app, config.requestsPerMinute);
  fastify.addHook('preParsing', rejectFormsOutsideConsole);
  app.useBodyParser('application/x-www-form-urlencoded', { bodyLimit: FORM_LIMIT_BYTES }, parseFormUnlessRaw);
  return app;
}

/** @param prefix of the paths of requests, which is removed where they have it */
function fastifyAdapter(config: HangarConfig, prefix: string): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // During shutdown, requests on open connections are still answered: their clients may not retry.
    return503OnClosing: false,
    // A HEAD request by a link preview would use up the state of a consent.
    exposeHeadRoutes: false,
    frameworkErrors: answerUnroutable,
    rewriteUrl: ({ url = '/' }) => webhookUrl(withoutPrefix(url, prefix)),
    http: { maxHeaderSize: MAX_HEADER_BYTES, highWaterMark: UNREAD_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    schemaController: WITHOUT_SCHEMAS,
    // A subject has up to 255 characters, three bytes each if encoded; 100, the default, would be too few for handlers too.
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    genReqId: ({ headers }: IncomingMessage) => requestId(headers['x-request-id']),
  });
}

/** What concerns connections and memory of the whole process. */
function ownProcess(app: NestFastifyApplication, { maxConnections }: HangarConfig): void {
  unmapIpv4Clients(app.getHttpServer());
  limitConnections(app.getHttpServer(), maxConnections);
  freeBodyMemory(app.getHttpAdapter().getInstance());
}

/** Browsers use https alone for this host from now on (RFC 6797), so that no cookie or code is sent in clear. */
function requireHttps(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('strict-transport-security', HSTS);
  done();
}

function rejectSchema(): never {
  throw new Error('JSON schemas of routes are not supported: see WITHOUT_SCHEMAS');
}

/** Forms are accepted by the console, and as webhooks; everywhere else they are an unsupported media type. */
const rejectFormsOutsideConsole: preParsingHookHandler = ({ headers, routeOptions }, _reply, payload, done) => {
  const type = headers['content-type'] ?? '';
  if (isRaw(routeOptions.config) || !FORM.test(type) || /^\/console(?:\/|$)/.test(routeOptions.url ?? ''))
    return done(null, payload);
  done(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(type));
};

/** Answers an error that occurs before routing: an address that cannot be decoded. */
function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request.id);
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && VALID_REQUEST_ID.test(given) ? given : randomUUID();
}

/** A route with the config `rawBody` gets the unparsed bytes: they are what is signed. */
function parseJsonUnlessRaw(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  if (isRaw(request.routeOptions.config)) return done(null, body);
  if (bodyUse(request.raw) === 'ignored') return done(null);
  if (offsetOfTooMuch(body, MAX_JSON_DEPTH) !== undefined) return done(tooDeep());
  void request.server.getDefaultJsonParser('error', 'error')(request, body.toString('utf8'), done);
}

function parseFormUnlessRaw(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  done(null, isRaw(request.routeOptions.config) ? body : parseForm(body.toString('utf8')));
}

function isRaw(config: unknown): boolean {
  return (config as { rawBody?: boolean } | undefined)?.rawBody === true;
}

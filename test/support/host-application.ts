import { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  BadRequestException,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  type LoggerService,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  Param,
  type PipeTransform,
  Post,
  Req,
  Res,
  type Type,
  UnauthorizedException,
  Version,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { map, type Observable } from 'rxjs';
import { freePort } from './free-port.js';

/** What a host serves HTTP with. */
export type Platform = 'express' | 'fastify';

/** The key without which the host's guard answers 401. */
export const HOST_KEY = { 'x-key': 'secret' };

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (headers['x-key'] !== 'secret') throw new UnauthorizedException('the host wants a key');
    return true;
  }
}

@Injectable()
class NoBadPipe implements PipeTransform {
  transform(value: unknown): unknown {
    if (JSON.stringify(value ?? null).includes('"bad"')) throw new BadRequestException('the host wants no "bad"');
    return value;
  }
}

@Injectable()
class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ host: data })));
  }
}

@Catch()
class HostFilter implements ExceptionFilter {
  constructor(private readonly http: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { statusCode } = (error ?? {}) as { statusCode?: number };
    const status = error instanceof HttpException ? error.getStatus() : (statusCode ?? 500);
    const body = { failed: (error as Error).message, code: (error as { code?: unknown }).code };
    this.http.httpAdapter.reply(host.switchToHttp().getResponse(), body, status);
  }
}

/** What the host's last requests have waited for. */
export const slow = { begun: Promise.withResolvers<void>(), end: Promise.withResolvers<void>() };

type Raw = IncomingMessage & { rawBody?: Buffer };

@Controller()
class HostController {
  @Get('items/:id')
  item(@Param('id') id: string, @Req() { headers }: IncomingMessage): object {
    return { id, cookie: headers.cookie };
  }

  @Version('2')
  @Get('items')
  items(): string[] {
    return ['one', 'two'];
  }

  @Post('echo')
  echo(@Body() body: unknown, @Req() { rawBody }: Raw): object {
    return { body: Buffer.isBuffer(body) ? body.toString('base64') : body, rawBody: rawBody?.toString() };
  }

  @Get('cookie')
  cookie(@Res({ passthrough: true }) response: { header(name: string, value: string): unknown }): string {
    response.header('set-cookie', 'host=1; Path=/; HttpOnly');
    return 'set';
  }

  @Get('fail')
  fail(): never {
    throw new Error('the host fails');
  }

  @Get('slow')
  async slow(): Promise<string> {
    slow.begun.resolve();
    await slow.end.promise;
    return 'answered';
  }
}

/** A path that Hangar has too. */
@Controller('webhooks')
class HostWebhooks {
  @Post('plane')
  plane(@Body() body: unknown): object {
    return { own: body };
  }
}

/** What the host's own classes did, in order. */
export const events: string[] = [];

@Injectable()
class HostService implements OnModuleDestroy, OnApplicationShutdown {
  onModuleDestroy(): void {
    events.push('destroy');
  }

  onApplicationShutdown(signal?: string): void {
    events.push(`shutdown ${signal}`);
  }
}

@Module({
  controllers: [HostController, HostWebhooks],
  providers: [
    HostService,
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_PIPE, useClass: NoBadPipe },
    { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
    { provide: APP_FILTER, useClass: HostFilter },
  ],
})
class HostModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const middleware = (_: unknown, response: ServerResponse, next: () => void): void => {
      response.setHeader('x-host-middleware', 'ran');
      next();
    };
    consumer.apply(middleware).forRoutes('*path');
  }
}

/** A running host. */
export interface RunningHost {
  readonly app: NestExpressApplication | NestFastifyApplication;
  readonly url: string;
}

/** Keeps what is logged, at the levels that an operator reads. */
export class KeptLogger implements LoggerService {
  readonly lines: string[] = [];

  log(message: unknown): void {
    this.lines.push(text(message));
  }

  warn(message: unknown): void {
    this.lines.push(`WARN ${text(message)}`);
  }

  error(message: unknown): void {
    this.lines.push(`ERROR ${text(message)}`);
  }
}

/** How a host is started. */
export interface HostOptions {
  readonly imports?: readonly (Type | DynamicModule)[];
  readonly port?: number;
  readonly logger?: LoggerService;
}

/** Starts an application with everything that a host may have of its own. */
export async function startHost(
  platform: Platform,
  { imports = [], port, logger }: HostOptions = {},
): Promise<RunningHost> {
  class RootModule {}
  Module({ imports: [HostModule, ...imports] })(RootModule);
  const options = {
    logger: logger ?? (false as const),
    abortOnError: false,
    rawBody: true,
    cors: { origin: 'https://x.example' },
  };
  const app =
    platform === 'express'
      ? await NestFactory.create<NestExpressApplication>(RootModule, new ExpressAdapter(), options)
      : await NestFactory.create<NestFastifyApplication>(RootModule, new FastifyAdapter(), options);
  try {
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    if (platform === 'express') (app as NestExpressApplication).useBodyParser('text', { limit: 50 });
    else (app as NestFastifyApplication).useBodyParser('text/plain', { bodyLimit: 50 });
    const chosen = port ?? (await freePort());
    await app.listen(chosen, '127.0.0.1');
    return { app, url: `http://127.0.0.1:${chosen}` };
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}

function text(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}

import { Controller, Get, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { expect, it } from '@jest/globals';
import { RequiresRole } from '../requires-role.decorator.js';
import { RouteRolesExplorer } from './route-roles.explorer.js';

@Controller('api/v1/things')
class Forgotten {
  @Get()
  @RequiresRole('viewer')
  list(): void {}

  @Get(':id')
  read(): void {}
}

@Controller()
class ForgottenPage {
  @Get(['elsewhere', '/console/page'])
  page(): void {}
}

@Controller('console')
@RequiresRole('admin')
class Guarded {
  @Get()
  page(): void {}
}

@Controller('consoles')
class Elsewhere {
  @Get('api')
  page(): void {}
}

async function start(...controllers: Type[]): Promise<void> {
  class TestModule {}
  Module({ imports: [DiscoveryModule], controllers, providers: [RouteRolesExplorer] })(TestModule);
  const context = await NestFactory.createApplicationContext(TestModule, {
    logger: false,
    abortOnError: false,
  });
  await context.close();
}

it('a route of console or API without a role fails the start, by name', async () => {
  await expect(start(Forgotten, Guarded, ForgottenPage)).rejects.toThrow(
    /^Forgotten\.read, ForgottenPage\.page: a route of console or API must declare its role/,
  );
});

it('the role of the class counts, and other addresses need none', async () => {
  await expect(start(Guarded, Elsewhere)).resolves.toBeUndefined();
});

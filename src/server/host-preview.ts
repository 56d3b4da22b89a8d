import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { type ModulesContainer, type NestContainer } from '@nestjs/core';
import { NestFactoryStatic } from '@nestjs/core/nest-factory.js';
import { codedError } from '../common/coded-error.js';

const notAHost = codedError(
  'not_an_app',
  400,
  'Not an application',
  (file: string) =>
    `${file} exports no module of Nest, or several. "hangar.host" in package.json names the file that exports the root module`,
);

/**
 * The modules of an application with `HangarModule`, from the file that exports its root module: by Nest's preview, which reads
 * what the modules declare. No class of the application is instantiated, and no factory and no hook of it runs.
 *
 * @throws {DomainError} `not_an_app`
 */
export async function previewHost(file: string): Promise<ModulesContainer> {
  const exported = Object.values((await import(pathToFileURL(realpathSync(file)).href)) as object);
  const [root, other] = [...new Set(exported.filter(isModule))];
  if (!root || other) throw notAHost(file);
  const options = { preview: true, logger: false, abortOnError: false } as const;
  const context = await new NestFactoryStatic().createApplicationContext(root, options);
  return (context as unknown as { readonly container: NestContainer }).container.getModules();
}

function isModule(value: unknown): value is Type {
  return typeof value === 'function' && Reflect.hasMetadata(MODULE_METADATA.IMPORTS, value);
}

import { codedError } from '../common/coded-error.js';

/** The application has no `HttpAdapterHost` of the class that Hangar knows: its Nest is another copy. */
export const otherNest = codedError(
  'host_nest_differs',
  500,
  'The application has another Nest',
  'HangarModule and the application have two copies of @nestjs/core. Use the same major version, 12, so that npm installs it ' +
    'once: "npm ls @nestjs/core" shows both',
);

/** The application's HTTP library is neither Express nor Fastify. */
export const unknownAdapter = codedError(
  'host_adapter_unknown',
  500,
  'The HTTP adapter is not supported',
  (type: string) =>
    `HangarModule serves its routes on Express and Fastify; the adapter of this application is "${type}"`,
);

/** There are two HangarModules in an application. */
export const importedTwice = codedError(
  'host_module_twice',
  500,
  'HangarModule is imported twice',
  'HangarModule.forRoot() is in two modules of the application. Leave it in the root module; others import ' +
    'HangarModule.forFeature(), or nothing',
);

/** A class of `forFeature` has no handler. */
export const noHandlers = codedError(
  'host_class_without_handlers',
  500,
  'The class has no handlers',
  (name: string) =>
    `HangarModule.forFeature() got ${name}, which has no method with @OnPlaneEvent or another decorator of Hangar`,
);

/** How Hangar runs as a module of a Nest application. */
export interface HangarModuleOptions {
  /**
   * Where the routes are, from the root of the server: `hangar`, the default, serves `/hangar/webhooks/plane`. A global prefix of
   * the application and its versions do not apply to it.
   */
  readonly prefix?: string;
  /**
   * Variables of the configuration by their names, such as `PLANE_CLIENT_ID`, in the place of those of the environment. `undefined`
   * leaves that of the environment.
   */
  readonly config?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Whether the other variables are those of the environment, and of `.env` in development; default true. */
  readonly environment?: boolean;
  /** Whether the start runs pending migrations of Hangar's tables; default false: then `npx hangar migrate` does. */
  readonly migrate?: boolean;
}

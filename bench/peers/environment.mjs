/** The port to listen on, on 127.0.0.1. */
export const PORT = Number(process.env.PORT);

/** The secret that signs webhooks. */
export const SECRET = process.env.PLANE_WEBHOOK_SECRET ?? '';

/** The address of a database with Hangar's schema. */
export const DATABASE_URL = process.env.DATABASE_URL ?? '';

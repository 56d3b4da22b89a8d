import { type FastifyInstance } from 'fastify';
import { acceptJson } from '../http-body.js';
import { type Notice, type Shape } from '../sending/notice.types.js';
import { parsePythonJson, pythonJson, type PythonValue } from '../sending/python-json.js';
import { type SimulatorContext } from '../simulator-context.js';
import { badInput } from '../world/world.error.js';
import { SCHEMAS } from './control.schemas.js';

interface Send {
  payload?: PythonValue;
  bodyBase64?: string;
  event: string;
  signature?: string | null;
  workspace?: string;
  shape?: Shape;
}

function bodyOf({ payload, bodyBase64 }: Send): Buffer {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64');
  if (payload !== undefined) return Buffer.from(pythonJson(payload));
  throw badInput('"payload" or "bodyBase64" must be given.');
}

/** `POST /send`: sends any payload (serialised like Python) or any bytes, signed, even if the app is not installed. */
export function sendRoutes(app: FastifyInstance, { world, sender }: SimulatorContext): void {
  acceptJson(app, parsePythonJson);
  app.post<{ Body: Send }>('/send', { schema: SCHEMAS.send }, async ({ body: input }) => {
    const workspace = input.workspace === undefined ? world.workspaces[0] : world.workspace(input.workspace);
    const body = bodyOf(input);
    const notice: Notice = {
      event: input.event,
      shape: input.shape ?? 'raw',
      body: () => body,
      ...(input.signature === undefined ? {} : { signature: input.signature }),
    };
    return { deliveries: [sender.send(workspace?.id ?? '', notice).id] };
  });
}

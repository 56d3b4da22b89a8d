import { registerAs } from '@nestjs/config';
import { Max, Min } from '../class-validator.js';
import { integer } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** Agent runs. */
export class AgentsConfig {
  @EnvironmentVariable('AGENT_STALE_SECONDS', {
    description: 'Without an activity for so long Plane calls an agent run stale; heartbeats are posted long before',
    example: '300',
    default: '300',
    parse: integer,
  })
  @Min(10, { message: 'must be at least 10' })
  @Max(86_400, { message: 'must be at most 86400, a day' })
  agentStaleSeconds!: number;
}

/** Injects {@link AgentsConfig} by its `KEY`. */
export const agentsConfig = registerAs('agents', () => new AgentsConfig());

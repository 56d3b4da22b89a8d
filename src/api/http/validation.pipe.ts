import { type ArgumentMetadata, type Type, ValidationPipe } from '@nestjs/common';
import * as classTransformer from 'class-transformer';
import * as classValidator from 'class-validator';
import { type ValidationError } from 'class-validator';
import { type InvalidParameter } from '../../common/domain-error.js';
import { invalidRequest } from './api.errors.js';

/** Parses queries and bodies into their DTOs and reports all problems at once. */
export class ApiValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      // Nest would load these packages from its own folder, where a host application need not have them.
      validatorPackage: classValidator,
      transformerPackage: classTransformer,
      exceptionFactory: (errors: ValidationError[]) => errors,
    });
  }

  /** @throws {DomainError} 400 that names each invalid parameter or field and what it may be */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const dto = metadata.metatype;
    if (metadata.type === 'body' && dto !== undefined && !isRecord(value ?? {}))
      throw invalidRequest([{ parameter: 'body', problem: 'must be a JSON object' }]);
    if (dto !== undefined && metadata.type !== 'param') requireNoInherited(value, dto);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      throw invalidRequest((error as ValidationError[]).flatMap((each) => problemsOf(each, dto)));
    }
  }
}

/** class-validator takes a field such as `constructor` for a known one. */
function requireNoInherited(value: unknown, dto: Type): void {
  const inherited = Object.keys(value ?? {}).filter((name) => name in Object.prototype);
  if (inherited.length === 0) return;
  throw invalidRequest(inherited.map((parameter) => ({ parameter, problem: unknownField(dto) })));
}

function unknownField(dto: Type | undefined): string {
  return `is unknown; known are ${propertiesOf(dto)}`;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOf({ property, constraints = {} }: ValidationError, dto: Type | undefined): InvalidParameter[] {
  const { whitelistValidation, ...others } = constraints;
  const problems = new Set(Object.values(others));
  if (whitelistValidation !== undefined) problems.add(unknownField(dto));
  return [...problems].map((problem) => ({ parameter: property, problem }));
}

function propertiesOf(dto: Type | undefined): string {
  const found = dto ? classValidator.getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false) : [];
  return [...new Set(found.map(({ propertyName }) => propertyName))].join(', ');
}

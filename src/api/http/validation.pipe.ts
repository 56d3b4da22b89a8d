import { type ArgumentMetadata, type Type, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { type InvalidParameter } from '../../common/domain-error.js';
import { requestFaults } from './api.errors.js';

/** Reads queries and bodies into their DTOs, and tells all that is wrong with them at once. */
export class ApiValidationPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory: asTheyAre });
  }

  /** @throws {DomainError} 400 that names each parameter or field, what is wrong with it and what it may be */
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const form = metadata.metatype;
    if (metadata.type === 'body' && form !== undefined && !isRecord(value ?? {}))
      throw requestFaults([{ parameter: 'body', problem: 'must be a JSON object' }]);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!Array.isArray(error)) throw error;
      throw requestFaults((error as ValidationError[]).flatMap((each) => faultsOf(each, form)));
    }
  }
}

function asTheyAre(errors: ValidationError[]): ValidationError[] {
  return errors;
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultsOf({ property, constraints = {} }: ValidationError, form: Type | undefined): InvalidParameter[] {
  const { whitelistValidation, ...others } = constraints;
  const problems = new Set(Object.values(others));
  if (whitelistValidation !== undefined) problems.add(`is not known here; known are ${knownIn(form)}`);
  return [...problems].map((problem) => ({ parameter: property, problem }));
}

function knownIn(form: Type | undefined): string {
  const found = form ? getMetadataStorage().getTargetValidationMetadatas(form, '', false, false) : [];
  return [...new Set(found.map(({ propertyName }) => propertyName))].join(', ');
}

import { ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { type RequestFault } from '../../../common/domain-error.js';
import { requestFaults } from './api.errors.js';

/** Reads queries and bodies into their DTOs, and tells all that is wrong with them at once. */
export const API_VALIDATION = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: false,
  exceptionFactory: (errors: ValidationError[]) => requestFaults(errors.flatMap(faultsOf)),
});

function faultsOf({ property, constraints = {}, target }: ValidationError): RequestFault[] {
  const { whitelistValidation, ...others } = constraints;
  const problems = new Set(Object.values(others));
  if (whitelistValidation !== undefined)
    problems.add(`is not known here; known are ${known(target).join(', ')}`);
  return [...problems].map((problem) => ({ parameter: property, problem }));
}

function known(target: object | undefined): string[] {
  if (!target) return [];
  const found = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return [...new Set(found.map(({ propertyName }) => propertyName))];
}

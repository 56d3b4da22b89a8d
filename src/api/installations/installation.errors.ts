import { DomainError } from '../../common/domain-error.js';

/** No installation has that id. */
export function unknownInstallation(id: string): DomainError {
  return new DomainError({
    code: 'installation_unknown',
    title: 'There is no such installation',
    detail: `no installation has the id ${id}: GET /api/v1/installations lists those that there are`,
    status: 404,
  });
}

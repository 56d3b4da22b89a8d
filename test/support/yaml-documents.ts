import { parseAllDocuments } from 'yaml';

/** The documents of a text, as Kubernetes reads them: by YAML 1.1, in which 0440 is octal. @throws on a fault, such as a key twice */
export function yamlDocuments(text: string): unknown[] {
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS() as unknown;
    })
    .filter((found) => found !== null);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from './openapi.ts';
import { steps } from './steps/index.ts';

const document = openApiDocument({ mountPath: '/mfa/v1', serverUrl: 'https://login.example/', version: '1.2.3' });

test('The document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
  assert.equal(validator.version, '3.1');
});

test('Every reference of the document has a target', () => {
  const references = new Set(JSON.stringify(document).match(/#\/components\/[^"]+/g));
  assert.ok(references.size > 30);
  for (const reference of references) {
    const target = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    assert.ok(target, reference);
  }
});

test('Every step has a schema, and so has each of its actions', () => {
  const { schemas } = document.components;
  for (const [type, { inputs }] of Object.entries(steps)) {
    const { oneOf: stepRefs } = schemas.Step as { oneOf: { $ref: string }[] };
    assert.equal(stepRefs.length, Object.keys(steps).length);
    const input = Object.values(schemas).filter((schema) => {
      const { step } = (schema.properties ?? {}) as { step?: { const?: string } };
      return step?.const === type;
    });
    assert.equal(input.length, Object.keys(inputs).length, type);
  }
});

test('The server URL ends in the mount path, and each operation is listed once', () => {
  assert.deepEqual(document.servers, [{ url: 'https://login.example/mfa/v1' }]);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path)) as { operationId: string }[];
  assert.equal(new Set(operations.map((operation) => operation.operationId)).size, operations.length);
});

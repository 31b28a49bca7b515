import { z } from 'zod';
import {
  Account,
  AccountChange,
  AccountEventsAnswer,
  EventReport,
  FactorChange,
  InstallationAnswer,
  NewInstallation,
} from '../messages/account.ts';
import {
  FlowAnswer,
  HandOverAnswer,
  HealthAnswer,
  JwksAnswer,
  OrganisationsAnswer,
  RelatedOriginsAnswer,
  SessionAnswer,
  StartAnswer,
} from '../messages/answers.ts';
import { DeliveryReport } from '../messages/delivery-report.ts';
import { Flow, StartBody, StepSchema, SubmitBody } from '../messages/flow.ts';
import { Problem } from '../messages/problem.ts';
import {
  AnswerBody,
  ConfirmAnswer,
  ConfirmBody,
  DeviceAnswer,
  LinkBody,
  RequestAnswer,
  RequestsAnswer,
  SubscriptionBody,
  UnlockAnswer,
  VapidAnswer,
} from '../messages/push.ts';
import { steps } from '../steps/index.ts';

/** A JSON Schema, dialect 2020-12. */
export type JsonSchema = Record<string, unknown>;

const named = {
  Flow,
  Problem,
  FlowAnswer,
  HandOverAnswer,
  StartAnswer,
  OrganisationsAnswer,
  SessionAnswer,
  HealthAnswer,
  JwksAnswer,
  RelatedOriginsAnswer,
  Account,
  AccountEventsAnswer,
  StartBody,
  SubmitBody,
  AccountChange,
  FactorChange,
  EventReport,
  DeliveryReport,
  NewInstallation,
  InstallationAnswer,
  LinkBody,
  ConfirmBody,
  SubscriptionBody,
  AnswerBody,
  VapidAnswer,
  DeviceAnswer,
  ConfirmAnswer,
  UnlockAnswer,
  RequestsAnswer,
  RequestAnswer,
};
/** The name of a schema that a route refers to. */
export type SchemaName = keyof typeof named;

/** Returns a reference to a schema of the document. */
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** `enroll-totp` → `EnrollTotp`. */
const pascal = (name: string) => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const adjust = ({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: JsonSchema }) => {
  // Removes the bounds of a safe integer and the pattern that repeats the format, since they add no information.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  // The schema of the body accepts any input, since the server parses them one by one. The document refers to their schema.
  if (zodSchema === StartBody || zodSchema === SubmitBody) {
    const { inputs } = jsonSchema.properties as { inputs: JsonSchema };
    inputs.items = refTo('Input');
  }
};

/** A `oneOf` of components that a property distinguishes (OpenAPI 3.1 §4.8.25). */
const union = (propertyName: string, members: [word: string, component: string][]): JsonSchema => ({
  oneOf: members.map(([, component]) => refTo(component)),
  discriminator: {
    propertyName,
    mapping: Object.fromEntries(members.map(([word, component]) => [word, refTo(component).$ref])),
  },
});

/** Returns all schemas of the protocol as components that refer to each other. */
export const componentSchemas = (): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  registry.add(StepSchema, { id: 'Step' });
  const inputUnions: Record<string, JsonSchema> = {};
  const types = Object.entries(steps).map(([type, { step, inputs }]) => {
    const name = pascal(type);
    registry.add(step, { id: `${name}Step` });
    const actions = Object.entries(inputs).map(([action, schema]): [string, string] => {
      registry.add(schema as z.ZodType, { id: name + pascal(action) });
      return [action, name + pascal(action)];
    });
    // No discriminator: `action` is optional and defaults to `submit`.
    if (actions.length) inputUnions[`${name}Input`] = { oneOf: actions.map(([, component]) => refTo(component)) };
    return { type, name, hasInputs: actions.length > 0 };
  });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, override: adjust });
  const components: Record<string, JsonSchema> = { ...schemas, ...inputUnions };
  for (const schema of Object.values(components)) {
    delete schema.$schema;
    delete schema.$id;
  }
  components.Step = union(
    'type',
    types.map(({ type, name }) => [type, `${name}Step`]),
  );
  const withInputs = types.filter((type) => type.hasInputs);
  components.Input = union(
    'step',
    withInputs.map(({ type, name }) => [type, `${name}Input`]),
  );
  return components;
};

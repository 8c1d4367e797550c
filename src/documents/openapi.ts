// The service as an OpenAPI 3.1 document.
import { refusals } from '../base/index.js';
import type { EntityType, Model, Value } from '../edm/index.js';
import { operationsAt } from './openapi-operations.js';
import { describedPaths } from './openapi-paths.js';
import { refTo, type Schema, schemasOf } from './openapi-schemas.js';

/** The text; `root` is the service root, such as `https://localhost:8443/beta`. */
export function writeOpenApi(model: Model, examples: ReadonlyMap<EntityType, Value>, root: string): string {
  const paths = describedPaths(model);
  const operations = paths.map((path) => [path.template, operationsAt(path, model)] as const);
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Offshoot',
      version: 'beta',
      summary: 'Derived credentials, as the Microsoft Graph /beta API publishes them.',
      description: 'Every answer is what Graph answers, but where `docs/deviations.md` says otherwise.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: root }],
    security: [{ bearer: [] }],
    tags: tagsOf(operations),
    paths: { ...Object.fromEntries(operations), '/$batch': { post: batch }, ...documents },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of the tenant, with permissions in `scp` (delegated) or `roles` (application).',
        },
      },
      parameters,
      responses: Object.fromEntries(statuses().map((status) => [status, errorResponse(status)])),
      schemas: { ...schemasOf(model, examples), reference, error },
    },
  };
  return JSON.stringify(withoutUnused(document));
}

function tagsOf(operations: readonly (readonly [string, Record<string, unknown>])[]): unknown[] {
  const names = new Set<string>();
  for (const [, methods] of operations) {
    for (const method of Object.values(methods)) {
      for (const tag of (method as { tags?: string[] }).tags ?? []) names.add(tag);
    }
  }
  return [...names].map((name) => ({ name, description: `What is asked of \`${name}\`.` }));
}

const requestMembers = {
  method: { type: 'string' },
  url: { type: 'string', description: 'Relative to the service root, or absolute.' },
  dependsOn: { type: 'array', items: { type: 'string' } },
  atomicityGroup: { type: 'string', description: 'Those of one group are done together or not at all.' },
};

/** Many requests in one (Graph: JSON batching). */
const batch = {
  operationId: 'batch',
  summary: 'Send several requests at once',
  description: 'Any valid token of the tenant is enough; each request then needs its own permissions.',
  security: [{ bearer: [] }],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: batchOf('requests', ['id', 'method', 'url']) } },
  },
  responses: {
    200: {
      description: 'An answer to each.',
      content: { 'application/json': { schema: batchOf('responses', ['id', 'status']) } },
    },
    400: { $ref: '#/components/responses/400' },
    401: { $ref: '#/components/responses/401' },
  },
};

function batchOf(name: string, required: readonly string[]): Schema {
  return {
    type: 'object',
    required: [name],
    properties: {
      [name]: {
        type: 'array',
        items: {
          type: 'object',
          required,
          properties: {
            id: { type: ['string', 'integer'] },
            ...(name === 'requests' ? requestMembers : { status: { type: 'integer' } }),
            headers: { type: 'object', additionalProperties: { type: 'string' } },
            body: {},
          },
        },
      },
    },
  };
}

/** The documents about the service, which need no token. */
const documents = Object.fromEntries(
  [
    ['/', 'The service document', 'application/json'],
    ['/$metadata', 'The model, in CSDL', 'application/xml'],
    ['/openapi.json', 'This document', 'application/json'],
  ].map(([path = '', summary = '', type = '']) => {
    const operationId = `document-${path.replace(/\W/g, '') || 'service'}`;
    const content = { [type]: { schema: type === 'application/json' ? { type: 'object' } : { type: 'string' } } };
    const responses = { 200: { description: 'The document.', content }, 406: { $ref: '#/components/responses/406' } };
    return [path, { get: { operationId, summary, security: [], responses } }];
  }),
);

const text = (description: string, schema: Schema = { type: 'string' }) => ({ in: 'query', description, schema });
const number = { type: 'integer', minimum: 0 };

/** OData's options by their names without `$`, and headers. */
const parameters = {
  count: { name: '$count', ...text('Whether to tell how many there are in all.', { type: 'boolean' }) },
  expand: { name: '$expand', ...text('What the entities lead to, to be answered inside them.') },
  filter: { name: '$filter', ...text("Which to answer: `displayName eq 'VPN'`.") },
  id: { name: '$id', ...text('The URL of the one to remove from the links.') },
  orderby: { name: '$orderby', ...text('In which order.') },
  search: { name: '$search', ...text('Words of the display name.') },
  select: { name: '$select', ...text('Which properties to answer.') },
  skip: { name: '$skip', ...text('How many to leave out at the beginning.', number) },
  skiptoken: { name: '$skiptoken', ...text('Where to go on, from `@odata.nextLink`.') },
  top: { name: '$top', ...text('How many at most.', number) },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'The `@odata.etag` that the object must still have.',
    schema: { type: 'string' },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `@odata.etag` of a version that is known, or must not be the one that is there.',
    schema: { type: 'string' },
  },
};

const reference: Schema = {
  title: 'reference',
  type: 'object',
  required: ['@odata.id'],
  properties: {
    '@odata.context': { type: 'string', readOnly: true },
    '@odata.id': { type: 'string', format: 'uri-reference', description: 'The URL of the entity.' },
  },
};

const error: Schema = {
  title: 'error',
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'innerError'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        target: { type: 'string', description: 'The property, option or header that is wrong.' },
        innerError: {
          type: 'object',
          required: ['date', 'request-id', 'client-request-id'],
          properties: {
            date: { type: 'string', description: 'In UTC, without a zone.' },
            'request-id': { type: 'string' },
            'client-request-id': { type: 'string' },
          },
        },
      },
    },
  },
};

function statuses(): number[] {
  return [...new Set(Object.values(refusals).map(({ status }) => status))].toSorted((a, b) => a - b);
}

function errorResponse(status: number): Schema {
  const rows = Object.values(refusals).filter((row) => row.status === status);
  const codes = [...new Set(rows.map(({ code }) => code))].map((code) => `\`${code}\``).join(', ');
  const messages = [...new Set(rows.map(({ message }) => `- ${message}`))].join('\n');
  return {
    description: `${codes}; the message is one of these:\n\n${messages}`,
    content: { 'application/json': { schema: refTo('error') } },
  };
}

interface Components {
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Leaves out the components that nothing leads to, until there are no more of them. */
function withoutUnused<T extends Components>(document: T): T {
  const used = new Set([...JSON.stringify(document).matchAll(/#\/components\/[^"]+/g)].map(([pointer]) => pointer));
  let dropped = false;
  const keep = (kind: string, members: Readonly<Record<string, unknown>>) =>
    Object.entries(members).filter(([name]) => {
      const isUsed = kind === 'securitySchemes' || used.has(`#/components/${kind}/${name}`);
      dropped ||= !isUsed;
      return isUsed;
    });
  const components = Object.fromEntries(
    Object.entries(document.components).map(([kind, members]) => [kind, Object.fromEntries(keep(kind, members))]),
  );
  return dropped ? withoutUnused({ ...document, components }) : document;
}

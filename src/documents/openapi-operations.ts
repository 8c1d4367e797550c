// What the server does at a path, as OpenAPI's operations.
import type { EntityType, Model, StructuredType } from '../edm/index.js';
import { answersText, isConditional, optionsOf, takesBody } from '../odata/index.js';
import type { Address, Operation } from '../plan/index.js';
import type { DescribedPath } from './openapi-paths.js';
import { creationOf, page, refTo, type Schema, typeSchema } from './openapi-schemas.js';
import type { Route } from './routes.js';

/** The methods of a path, by their names in lower case. */
export function operationsAt(path: DescribedPath, model: Model): Record<string, unknown> {
  const { template, parameters, resource } = path;
  const keys = parameters.map(({ name, description }) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string', minLength: 1, maxLength: 256 },
  }));
  return {
    ...(keys.length > 0 && { parameters: keys }),
    ...Object.fromEntries(
      resource.routes.map((route) => [route.method.toLowerCase(), operation(template, route, resource.address, model)]),
    ),
  };
}

/** What each action does, in a few words. */
const summaries: Readonly<Record<Operation['kind'], string>> = {
  readSingleton: 'Get',
  list: 'List',
  count: 'Count',
  create: 'Create',
  read: 'Get',
  update: 'Update',
  delete: 'Delete',
  readProperty: 'Get the property',
  readReference: 'Get the link',
  listReferences: 'List the links',
  setReference: 'Set the link',
  addReference: 'Add a link',
  removeReference: 'Remove the link',
  callFunction: 'Call',
  invokeAction: 'Invoke',
};

function operation(template: string, route: Route, address: Address, model: Model): Record<string, unknown> {
  const { action, permissions } = route;
  const names = optionsOf(action).map((option) => option.slice(1));
  if (isConditional(action)) names.push('If-Match');
  if (isConditional(action) || action === 'read') names.push('If-None-Match');
  const parameters = names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return {
    operationId: operationId(template, route),
    summary: `${summaries[action]} ${template.split('/').at(-1)?.replace(/[{}]/g, '')}`,
    description: grantText(permissions),
    tags: [
      template
        .split('/')
        .slice(1, 3)
        .filter((segment) => !/[{$]/.test(segment))
        .at(-1),
    ],
    security: permissions.length === 0 ? [{ bearer: [] }] : permissions.map((permission) => ({ bearer: [permission] })),
    ...(parameters.length > 0 && { parameters }),
    ...(takesBody(action) && {
      requestBody: { required: true, content: { 'application/json': { schema: bodyOf(action, address, model) } } },
    }),
    responses: responsesOf(action, address, model),
  };
}

function grantText(permissions: readonly string[]): string {
  if (permissions.length === 0) return 'Any valid token of the tenant is enough.';
  const names = permissions.map((permission) => `\`${permission}\``).join(', ');
  return `Any one of these permissions is enough, delegated or application: ${names}.`;
}

/** Unique, since the path and the method are: `update_deviceManagement_derivedCredentials_byId`. */
function operationId(template: string, { action }: Route): string {
  const segments = template.split('/').slice(1);
  return [action, ...segments.map((segment) => segment.replace(/^\{.*\}$/, 'byId').replace(/[^\w.-]+/g, '_'))].join(
    '-',
  );
}

function bodyOf(action: Operation['kind'], address: Address, model: Model): Schema {
  if (action === 'setReference' || action === 'addReference') return refTo('reference');
  if (address.kind === 'action') {
    const { parameters } = address.action;
    return {
      type: 'object',
      properties: Object.fromEntries(
        parameters.map((each) => [each.name, typeSchema(each.type, each.collection, model)]),
      ),
    };
  }
  if (address.kind === 'collection') return creationOf(address.type, model);
  return refTo(model.qualifiedName(typeAt(address)));
}

function responsesOf(action: Operation['kind'], address: Address, model: Model): Record<string, unknown> {
  const done = successOf(action, address, model);
  const refused = [400, 401, 403, 404, 406, ...(takesBody(action) ? [409, 413, 415] : []), 429, 500, 501, 503];
  if (isConditional(action)) refused.push(412);
  if (action === 'delete') refused.push(409);
  return {
    ...done,
    ...Object.fromEntries(refused.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
  };
}

function successOf(action: Operation['kind'], address: Address, model: Model): Record<string, unknown> {
  switch (action) {
    case 'create':
      return { 201: answer('Created.', refTo(model.qualifiedName(typeAt(address)))) };
    case 'delete':
    case 'setReference':
    case 'addReference':
    case 'removeReference':
      return { 204: { description: 'Done.' } };
    case 'read':
      return {
        200: answer('Done.', contentOf(address, model)),
        304: { description: 'The client has this version.' },
      };
    default:
      return { 200: answer('Done.', contentOf(address, model), answersText(address)) };
  }
}

function answer(description: string, schema: Schema, plain = false): Record<string, unknown> {
  return { description, content: { [plain ? 'text/plain' : 'application/json']: { schema } } };
}

function contentOf(address: Address, model: Model): Schema {
  switch (address.kind) {
    case 'collection':
      return refTo(`${model.qualifiedName(address.type)}.collection`);
    case 'references':
      return page(refTo('reference'));
    case 'reference':
    case 'memberReference':
      return refTo('reference');
    case 'count':
      return { type: 'string', pattern: '^\\d+$' };
    case 'property': {
      if (address.raw) return { type: 'string' };
      const last = address.path.at(-1)?.property;
      return last ? wrapped(typeSchema(last.type, last.collection, model)) : {};
    }
    case 'action':
    case 'function': {
      const { returns } = address.kind === 'action' ? address.action : address.function;
      return returns ? wrapped(typeSchema(returns.type, returns.collection, model)) : {};
    }
    default:
      return refTo(model.qualifiedName(typeAt(address)));
  }
}

/** A value in the member `value`; a complex one stands bare, so that the schema leaves open which. */
function wrapped(value: Schema): Schema {
  return { type: 'object', properties: { value } };
}

function typeAt(address: Address): EntityType | StructuredType {
  if (address.kind === 'singleton') return address.singleton.type;
  if ('type' in address) return address.type;
  throw new Error(`no entity stands at a ${address.kind}`);
}

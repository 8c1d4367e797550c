// Which methods an address answers to, and what each asks for: the one table.
import { GraphError } from '../base/index.js';
import { type Address, linkAt, type Operation } from '../plan/index.js';

type Methods = Readonly<Record<string, Operation['kind']>>;

const methods: Readonly<Record<Address['kind'], Methods>> = {
  singleton: { GET: 'readSingleton' },
  collection: { GET: 'list', POST: 'create' },
  entity: { GET: 'read', PATCH: 'update', DELETE: 'delete' },
  related: { GET: 'read', PATCH: 'update' },
  reference: { GET: 'readReference', PUT: 'setReference', DELETE: 'removeReference' },
  references: { GET: 'listReferences', POST: 'addReference', DELETE: 'removeReference' },
  memberReference: { GET: 'readReference', DELETE: 'removeReference' },
  property: { GET: 'readProperty' },
  count: { GET: 'count' },
  action: { POST: 'invokeAction' },
  function: { GET: 'callFunction' },
};

/** Of what nobody writes but the server, and of references that are no links. */
const readOnly: Readonly<Partial<Record<Address['kind'], Methods>>> = {
  collection: { GET: 'list' },
  entity: { GET: 'read' },
  related: { GET: 'read' },
  reference: { GET: 'readReference' },
  references: { GET: 'listReferences' },
  memberReference: { GET: 'readReference' },
};

/** Of entities elsewhere that are reached by a collection of links: made and deleted where they live. */
const referred: Readonly<Partial<Record<Address['kind'], Methods>>> = {
  collection: { GET: 'list' },
  entity: { GET: 'read', PATCH: 'update' },
};

/** What the address answers to; HEAD goes with GET. */
export function methodsOf(address: Address): Methods {
  if (isReadOnly(address)) return readOnly[address.kind] ?? methods[address.kind];
  const within = address.kind === 'collection' || address.kind === 'entity' ? address.within : undefined;
  const own = within && !within.property.contained ? referred[address.kind] : undefined;
  return own ?? methods[address.kind];
}

function isReadOnly(address: Address): boolean {
  switch (address.kind) {
    case 'collection':
    case 'entity':
    case 'related':
      return address.set.readOnly;
    case 'reference':
    case 'references':
    case 'memberReference':
      // A link belongs to the entity that has it.
      return linkAt(address)?.source.set.readOnly ?? true;
    default:
      return false;
  }
}

/** The actions that have a body. */
const withBody: ReadonlySet<Operation['kind']> = new Set([
  'create',
  'update',
  'setReference',
  'addReference',
  'invokeAction',
]);

/** Whether a request that asks this has a body; any other must have none. */
export function takesBody(action: Operation['kind']): boolean {
  return withBody.has(action);
}

/** What changes an object of which it may be asked that it has, or has not, a version (`Precondition`). */
const conditional: ReadonlySet<Operation['kind']> = new Set([
  'update',
  'delete',
  'setReference',
  'addReference',
  'removeReference',
  'invokeAction',
]);

/** Whether If-Match and If-None-Match are conditions of the change. */
export function isConditional(action: Operation['kind']): boolean {
  return conditional.has(action);
}

/** What the method asks of the address; HEAD asks what GET asks. Refuses (`methodNotAllowed`) any other. */
export function actionOf(method: string, address: Address): Operation['kind'] {
  const offered = methodsOf(address);
  const action = Object.hasOwn(offered, method) ? offered[method] : method === 'HEAD' ? offered.GET : undefined;
  if (action) return action;
  const allow = methodsAt(address);
  throw new GraphError('methodNotAllowed', { values: { method, allow }, headers: { allow } });
}

/** The methods of the address as Allow lists them: `GET, HEAD, PATCH, DELETE, OPTIONS`. */
export function methodsAt(address: Address): string {
  const names = Object.keys(methodsOf(address)).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  return [...names, 'OPTIONS'].join(', ');
}

/** Whether the address answers with a bare text, which has one form whatever a client takes. */
export function answersText(address: Address): boolean {
  return address.kind === 'count' || (address.kind === 'property' && address.raw);
}

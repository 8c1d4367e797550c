// Which methods an address answers to, and what each asks for: the one table.
import { GraphError } from '../base/index.js';
import type { Address, Operation } from '../plan/index.js';

type Methods = Readonly<Record<string, Operation['kind']>>;

const methods: Readonly<Record<Address['kind'], Methods>> = {
  singleton: { GET: 'readSingleton' },
  collection: { GET: 'list', POST: 'create' },
  entity: { GET: 'read', PATCH: 'update', DELETE: 'delete' },
  related: { GET: 'read', PATCH: 'update' },
  reference: { GET: 'readReference', PUT: 'setReference', DELETE: 'removeReference' },
};

/** Of what nobody writes but the server. */
const readOnly: Readonly<Partial<Record<Address['kind'], Methods>>> = {
  collection: { GET: 'list' },
  entity: { GET: 'read' },
};

/** What the address answers to; HEAD goes with GET. */
export function methodsOf(address: Address): Methods {
  const own = 'set' in address && address.set.readOnly ? readOnly[address.kind] : undefined;
  return own ?? methods[address.kind];
}

/** Whether a request that asks this has a body; any other must have none. */
export function takesBody(action: Operation['kind']): boolean {
  return action === 'create' || action === 'update' || action === 'setReference';
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

// What may be done with what the model has, and by whom, in the words of OData's vocabularies.
import type { EntitySet, Model } from '../edm/index.js';
import type { Annotation, AnnotationRecord, Annotations, AnnotationValue } from './annotation.js';
import { type Resource, resourceAt } from './routes.js';
import { containerName } from './schema.js';

/** The name of the one scheme in which permissions are granted: bearer tokens. */
const scheme = 'bearer';

/** The annotations of the container, of each collection and of each action and function. */
export function capabilitiesOf(model: Model): Annotations {
  const annotations = new Map<string, readonly Annotation[]>([[`${model.namespace}.${containerName}`, ofContainer()]]);
  const { namespace, singletons, entitySets, operations } = model;
  for (const { name, type, sets } of singletons) {
    for (const set of sets) {
      annotations.set(`${model.qualifiedName(type)}/${set.name}`, ofSet(`${name}/${set.name}`, model));
    }
  }
  for (const { name } of entitySets) annotations.set(`${namespace}.${containerName}/${name}`, ofSet(name, model));
  for (const { owner } of model.containedSets) {
    if (!owner) continue;
    const holder = model
      .withDerived(owner.set.type)
      .find((type) => type.ownNavigationProperties.includes(owner.property));
    const path = pathOf(owner.set, model);
    if (!holder || path === undefined) continue;
    const cast = holder === owner.set.type ? '' : `/${model.qualifiedName(holder)}`;
    annotations.set(
      `${model.qualifiedName(holder)}/${owner.property.name}`,
      ofSet(`${path}/id${cast}/${owner.property.name}`, model),
    );
  }
  for (const operation of operations) {
    const set = [...singletons.flatMap(({ sets }) => sets), ...entitySets].find(
      ({ type }) => type === operation.boundTo,
    );
    const path = set && pathOf(set, model);
    if (path === undefined) continue;
    const values = operation.parameters.map(({ name }) => `${name}=''`).join(',');
    const call = operation.kind === 'action' ? operation.name : `${operation.name}(${values})`;
    const resource = resourceAt(`${path}/${operation.boundToCollection ? '' : 'id/'}${call}`, model);
    const permissions = resource?.routes[0]?.permissions;
    const bound = model.qualifiedName(operation.boundTo);
    if (!permissions) continue;
    annotations.set(`${namespace}.${operation.name}(${operation.boundToCollection ? `Collection(${bound})` : bound})`, [
      { term: 'Capabilities.OperationRestrictions', value: { values: granted(permissions) } },
    ]);
  }
  return annotations;
}

/** `deviceManagement/deviceConfigurations`; undefined for a contained set, which has many places. */
function pathOf(set: EntitySet, { singletons, entitySets }: Model): string | undefined {
  if (entitySets.includes(set)) return set.name;
  const singleton = singletons.find(({ sets }) => sets.includes(set));
  return singleton && `${singleton.name}/${set.name}`;
}

function ofContainer(): Annotation[] {
  return [
    {
      term: 'Authorization.Authorizations',
      value: [{ type: 'Authorization.Http', values: { Name: scheme, Scheme: 'bearer', BearerFormat: 'JWT' } }],
    },
    { term: 'Capabilities.AsynchronousRequestsSupported', value: false },
    { term: 'Capabilities.CrossJoinSupported', value: false },
    { term: 'Capabilities.KeyAsSegmentSupported', value: true },
    // Answers are in the format of 4.0, though much of what 4.01 added to requests is understood.
    { term: 'Core.ODataVersions', value: '4.0' },
    { term: 'Capabilities.SupportedMetadataFormats', value: ['application/xml', 'application/json'] },
  ];
}

/** A collection, or the one entity where the path leads to no collection. */
function ofSet(path: string, model: Model): Annotation[] {
  const collection = resourceAt(path, model);
  const each = collection?.routes.some(({ action }) => action === 'list')
    ? resourceAt(`${path}/id`, model)
    : collection;
  return [
    restriction('Read', 'Readable', collection, 'GET'),
    restriction('Insert', 'Insertable', collection, 'POST'),
    restriction('Update', 'Updatable', each, 'PATCH'),
    restriction('Delete', 'Deletable', each, 'DELETE'),
  ];
}

function restriction(what: string, ability: string, resource: Resource | undefined, method: string): Annotation {
  const route = resource?.routes.find((candidate) => candidate.method === method);
  const values: Record<string, AnnotationValue> = route ? granted(route.permissions) : { [ability]: false };
  return { term: `Capabilities.${what}Restrictions`, value: { values } };
}

function granted(permissions: readonly string[]): Record<string, AnnotationValue> {
  if (permissions.length === 0) return {};
  const scopes = permissions.map((permission): AnnotationRecord => ({ values: { Scope: permission } }));
  return { Permissions: [{ values: { SchemeName: scheme, Scopes: scopes } }] };
}

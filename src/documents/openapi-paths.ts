// Every path at which the server answers, with names in braces for what a client fills in.
import type { BoundOperation, EntityType, Model, NavigationProperty } from '../edm/index.js';
import { type Resource, resourceAt } from './routes.js';

export interface PathParameter {
  readonly name: string;
  readonly description: string;
}

export interface DescribedPath {
  /** `/deviceManagement/derivedCredentials/{derivedCredentials-id}` */
  readonly template: string;
  readonly parameters: readonly PathParameter[];
  readonly resource: Resource;
}

/** A path in the making. `sample` is one of its kind, to be asked of the server's own reading of paths. */
interface Path {
  readonly template: string;
  readonly sample: string;
  readonly parameters: readonly PathParameter[];
}

/** The paths that the model gives occasion for and the server knows, each once. */
export function describedPaths(model: Model): readonly DescribedPath[] {
  const { singletons, entitySets } = model;
  const root: Path = { template: '', sample: '', parameters: [] };
  const paths = [
    ...singletons.flatMap(({ name, type, sets }) => {
      const singleton = below(root, name);
      return [
        singleton,
        ...propertiesOf(singleton, type),
        ...sets.flatMap((set) => collection(below(singleton, set.name), set.name, set.type, model)),
      ];
    }),
    ...entitySets.flatMap((set) => collection(below(root, set.name), set.name, set.type, model)),
  ];
  const known = new Map<string, DescribedPath>();
  for (const { template, sample, parameters } of paths) {
    const resource = resourceAt(sample.slice(1), model);
    if (resource) known.set(template, { template, parameters, resource });
  }
  return [...known.values()];
}

function below(path: Path, segment: string): Path {
  return { ...path, template: `${path.template}/${segment}`, sample: `${path.sample}/${segment}` };
}

function keyed(path: Path, name: string, key = 'id'): Path {
  const parameter = { name: `${name}-${key}`, description: `The ${key} of the entity in \`${name}\`.` };
  return {
    template: `${path.template}/{${parameter.name}}`,
    sample: `${path.sample}/x`,
    parameters: [...path.parameters, parameter],
  };
}

/** A set, its parts of each derived type, its functions, and its entities. */
function collection(path: Path, name: string, type: EntityType, model: Model): Path[] {
  const entity = keyed(path, name);
  const casts = model.withDerived(type).filter((derived) => derived !== type);
  return [
    path,
    below(path, '$count'),
    ...functionsOf(path, type, model),
    ...casts.flatMap((cast) => {
      const part = below(path, model.qualifiedName(cast));
      return [part, below(part, '$count')];
    }),
    entity,
    ...propertiesOf(entity, type),
    ...linksOf(entity, navigationOf(type, model)),
    ...actionsOf(entity, type, model),
    ...casts.flatMap((cast) => {
      const narrowed = below(entity, model.qualifiedName(cast));
      const added = [...cast.navigationProperties.values()].filter(({ name }) => !type.navigationProperties.has(name));
      return [narrowed, ...linksOf(narrowed, added)];
    }),
  ];
}

/** What the type and those that derive from it have: Graph serves both without a cast. */
function navigationOf(type: EntityType, model: Model): readonly NavigationProperty[] {
  const found = new Map<string, NavigationProperty>();
  for (const derived of model.withDerived(type)) {
    for (const property of derived.ownNavigationProperties) found.set(property.name, property);
  }
  return [...type.navigationProperties.values(), ...found.values()];
}

function linksOf(entity: Path, properties: readonly NavigationProperty[]): Path[] {
  return properties.flatMap(({ name, collection: many }) => {
    const link = below(entity, name);
    if (!many) return [link, below(link, '$ref')];
    const member = keyed(link, name);
    return [link, below(link, '$count'), below(link, '$ref'), member, below(member, '$ref')];
  });
}

function propertiesOf(path: Path, type: EntityType): Path[] {
  return [...type.properties.values()].flatMap((property) => {
    const own = below(path, property.name);
    if (property.collection) return [own, below(own, '$count')];
    return property.type.kind === 'complex' ? [own] : [own, below(own, '$value')];
  });
}

function actionsOf(entity: Path, type: EntityType, { operations }: Model): Path[] {
  return operations.filter((each) => isBound(each, type, 'action')).map(({ name }) => below(entity, name));
}

function functionsOf(path: Path, type: EntityType, { operations }: Model): Path[] {
  return operations
    .filter((each) => isBound(each, type, 'function'))
    .map(({ name, parameters }) => {
      const list = (value: (name: string) => string): string =>
        parameters.length === 0 ? '' : `(${parameters.map((each) => `${each.name}='${value(each.name)}'`).join(',')})`;
      return {
        template: `${path.template}/${name}${list((parameter) => `{${parameter}}`)}`,
        sample: `${path.sample}/${name}${list(() => 'x')}`,
        parameters: [
          ...path.parameters,
          ...parameters.map((each) => ({ name: each.name, description: `A single quote in it is doubled.` })),
        ],
      };
    });
}

function isBound({ kind, boundTo, boundToCollection }: BoundOperation, type: EntityType, wanted: string): boolean {
  return kind === wanted && boundTo === type && boundToCollection === (wanted === 'function');
}

// Actions and functions that are bound to entities (OData's `IsBound`), as data.
import type { EntityType, ValueType } from './types.js';

export interface BoundOperation {
  /** An action changes something and is asked for with POST; a function only answers, with GET. */
  readonly kind: 'action' | 'function';
  readonly name: string;
  /** It is offered on entities of this type or derived from it. */
  readonly boundTo: EntityType;
  /** Whether it is offered on collections of them rather than on each. */
  readonly boundToCollection: boolean;
  /** Without the binding parameter, in the order of declaration. */
  readonly parameters: readonly Parameter[];
  /** Undefined where it answers nothing. */
  readonly returns: OperationType | undefined;
}

export interface Parameter extends OperationType {
  readonly name: string;
}

/** What a parameter takes or an operation returns. */
export interface OperationType {
  readonly type: ValueType | EntityType;
  readonly collection: boolean;
}

interface OperationDeclaration {
  readonly boundTo: EntityType;
  readonly parameters?: Readonly<Record<string, OperationType>>;
  readonly returns?: OperationType;
}

/** `POST …/{id}/{name}` */
export function action(name: string, declaration: OperationDeclaration): BoundOperation {
  return operation('action', name, declaration, false);
}

/** `GET …/{set}/{name}(parameter=value)` */
export function collectionFunction(name: string, declaration: OperationDeclaration): BoundOperation {
  return operation('function', name, declaration, true);
}

/** One value of the type. */
export function one(type: ValueType | EntityType): OperationType {
  return { type, collection: false };
}

/** Values of the type. */
export function many(type: ValueType | EntityType): OperationType {
  return { type, collection: true };
}

function operation(
  kind: BoundOperation['kind'],
  name: string,
  { boundTo, parameters = {}, returns }: OperationDeclaration,
  boundToCollection: boolean,
): BoundOperation {
  return {
    kind,
    name,
    boundTo,
    boundToCollection,
    parameters: Object.entries(parameters).map(([parameter, type]) => ({ name: parameter, ...type })),
    returns,
  };
}

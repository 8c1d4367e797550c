// What the documents say of the model in the words of OData's vocabularies: annotations, before they are XML or JSON.

/** A constant expression of CSDL 4.01, section 14.3, or a collection or record of them. */
export type AnnotationValue = boolean | string | readonly AnnotationValue[] | EnumMember | AnnotationRecord;

export interface EnumMember {
  /** `Capabilities.ConformanceLevelType` */
  readonly enumType: string;
  readonly member: string;
}

export interface AnnotationRecord {
  /** `Authorization.Http`, where it is not the declared type. */
  readonly type?: string;
  readonly values: Readonly<Record<string, AnnotationValue>>;
}

export interface Annotation {
  /** `Capabilities.InsertRestrictions` */
  readonly term: string;
  readonly value: AnnotationValue;
}

/** What is annotated from outside it: `graph.deviceManagement/deviceConfigurations` → its annotations. */
export type Annotations = ReadonlyMap<string, readonly Annotation[]>;

const published = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies';

/** The vocabularies whose terms stand in the documents, without the ending of their two formats. */
export const vocabularies = ['Authorization', 'Capabilities', 'Core'].map((alias) => ({
  uri: `${published}/Org.OData.${alias}.V1`,
  namespace: `Org.OData.${alias}.V1`,
  alias,
}));

export function isCollection(value: AnnotationValue): value is readonly AnnotationValue[] {
  return Array.isArray(value);
}

export function isMember(value: AnnotationValue): value is EnumMember {
  return typeof value === 'object' && 'enumType' in value;
}

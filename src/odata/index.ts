// The protocol: text ⇄ operation, bound to the model, without input or output.
export { readArguments } from './action-body.js';
export { entityTag, matchesTag, parseEntityTags, sameTag } from './entity-tag.js';
export { type BodyContext, graphOrigins } from './entity-url.js';
export {
  type WriteContext,
  writeCollection,
  writeEntity,
  writeLooseEntities,
  writeReference,
  writeReferences,
  writeSingleton,
} from './entity-writer.js';
export { readJsonObject } from './json-text.js';
export { actionOf, answersText, isConditional, methodsAt, methodsOf, takesBody } from './methods.js';
export { type NextLinkWriter, nextLinkWriter } from './next-link.js';
export { type Links, maximumLinks, readForCreate, readForUpdate } from './payload-reader.js';
export { collectionPath, entityPath, objectPath, placeOf, placeOfSet, storedPath } from './place.js';
export { writeProperty, writeRaw, writeResult } from './property-writer.js';
export type { QueryLimits } from './query-limits.js';
export { optionsOf, readFormat, readFormatAlone } from './query-options.js';
export { type LocatedUrl, locate, type Paging, readOperation } from './request.js';
export { createSkipTokens } from './skip-token.js';
export { readValue } from './value-reader.js';
export { type MetadataLevel, metadataLevels } from './value-writer.js';

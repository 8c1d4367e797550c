// The protocol: text ⇄ operation, bound to the model, without input or output.
export { entityTag, matchesTag } from './entity-tag.js';
export { type BodyContext, entityUrl } from './entity-url.js';
export { writeCollection, writeEntity, writeReference, writeSingleton } from './entity-writer.js';
export { actionOf, takesBody } from './methods.js';
export { type Links, readForCreate, readForUpdate } from './payload-reader.js';
export { type LocatedUrl, locate, type OperationText, readOperation } from './request.js';

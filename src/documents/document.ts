// The service's own documents: what it is made of, for programs that want to know before they ask. Each is made once.
import { createHash } from 'node:crypto';
import type { EntityType, Model, Value } from '../edm/index.js';
import { capabilitiesOf } from './capabilities.js';
import { writeCsdlJson } from './csdl-json.js';
import { writeCsdlXml } from './csdl-xml.js';
import { writeOpenApi } from './openapi.js';
import { writeServiceDocument } from './service-document.js';

export interface Document {
  readonly contentType: string;
  /** A strong entity tag (RFC 9110, section 8.8.3): other texts have others. */
  readonly etag: string;
  /** The OData version that the document is written in. */
  readonly version: '4.0' | '4.01';
  /** `origin` is what its absolute URLs begin with, such as `https://localhost:8443`. */
  textFor(origin: string): string;
}

export type DocumentName = 'metadataXml' | 'metadataJson' | 'service' | 'openApi';
export type Documents = Readonly<Record<DocumentName, Document>>;

export function createDocuments(model: Model, examples: ReadonlyMap<EntityType, Value>): Documents {
  const annotations = capabilitiesOf(model);
  return {
    metadataXml: document('application/xml;charset=utf-8', '4.0', () => writeCsdlXml(model, annotations)),
    metadataJson: document('application/json;charset=utf-8', '4.01', () => writeCsdlJson(model, annotations)),
    service: document(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      '4.0',
      (origin) => writeServiceDocument(model, `${origin}/beta`),
    ),
    openApi: document('application/json;charset=utf-8', '4.0', (origin) =>
      writeOpenApi(model, examples, `${origin}/beta`),
    ),
  };
}

/** Stands for the origin while a text is made; no model and no text of ours has it. */
const placeholder = 'https://origin.invalid';

/** The text is made once for all origins, at the first request. */
function document(contentType: string, version: Document['version'], write: (origin: string) => string): Document {
  let made: { parts: readonly string[]; etag: string } | undefined;
  const make = () => {
    if (made) return made;
    const text = write(placeholder);
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    made = { parts: text.split(placeholder), etag: `"${hash}"` };
    return made;
  };
  return {
    contentType,
    version,
    get etag() {
      return make().etag;
    },
    textFor: (origin) => make().parts.join(origin),
  };
}

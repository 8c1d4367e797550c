// What the JSON format asks of a service (OData JSON Format 4.01, section 23), and the test that shows the answer.
import type { Section } from './requirement.js';

const speaks40 = 'answers and bodies are in the format of 4.0, as Graph has them; $metadata says so';

// biome-ignore format: a table
export const jsonFormat: Section = {
  title: 'OData JSON format',
  rows: [
    ['1, 2 bodies with minimal and with full metadata are understood', 'http/metadata-levels: is the same in a page, and a list that goes on to be sent back as a body is taken'],
    ['3 bodies of every type that the service has are understood', 'http/profile-properties: … keeps all of its properties at once'],
    ['4 control information is understood as the version of the body has it', 'http/profile-types: @odata.type stands with # or without, in the exact spelling'],
    ['5 annotations that are not known are borne', 'http/settings-collection: an id in a create is ignored, and so are annotations and names that begin with #'],
    ['6 no body has to be ordered for streaming', 'conformance/odata: a body is read in whatever order its members stand'],
    ['7.1, 7.2 the prefix odata. and the # of types are taken', 'odata/payloads: takes the type with and without its hash'],
    ['7.3 @odata.bind is taken', 'odata/payloads: of … is a link'],
    ['7.4 TargetId in deleted links, where changes since a moment are supported', 'conformance/odata: changes since a moment, cross joins and all entities at once are refused by name'],
    ['7.5 INF and NaN are taken as texts, where there are properties of such types', 'model/facts: say the same of the type …'],
    ['7.6 annotations of a property stand before or behind it', 'conformance/odata: a body is read in whatever order its members stand'],
    ['8 bodies of 4.01 may be understood', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['9 answers of 4.0 have the prefix odata. and the # of types', 'http/metadata-levels: tells the types of values that JSON does not tell, and of nothing else'],
    ['9.6 actions that are not there are left out', 'http/metadata-levels: offers the actions of the entity'],
    ['10 answers may be of 4.01', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['12 application/json in Accept', "http/bad-json: … is answered with JSON"],
    ['13 answers are well-formed', 'http/property-paths: of a text with every kind of letter is that text'],
    ['14 odata.metadata=full', 'http/metadata-levels: is full for Accept: …'],
    ['15 odata.nextLink in lists that go on', 'odata/pages: leads to where the page ended, whatever is in the position'],
    ['16, 17 entities and values of types that $metadata does not have, where there are such', 'clients/graph-types: knows every name and every enumeration member of our answers, of each type and at every depth'],
    ['18 nothing else of the format is violated: contexts are exact', 'http/expand-collections: with metadata=minimal has types, tags and a context of its own too'],
    ['19 $format should be supported', 'http/metadata-levels: is … for $format=…, whatever Accept says'],
    ['20 odata.streaming=true in Accept may be supported', "http/bad-json: … is answered with JSON"],
    ['21 no more metadata may be answered than was asked for', 'http/metadata-levels: leaves out the type of a derived complex value'],
    ['22 nulls and defaults are not left out', 'http/profile-properties: … answers every property of its type, in the model\'s order'],
    ['23, 24 clients and bodies of 4.0 are understood', 'http/cors: takes …: …, and answers in 4.0'],
    ['25, 29 final answers to asynchronous requests, where such are supported', 'conformance/odata: an asynchronous answer that a client would prefer is given at once'],
    ['26 answers to clients of 4.01 should be of 4.01', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['27 bodies of 4.01 are understood', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['28 @odata.etag in a body is a condition', 'conformance/odata: an entity tag in a body is no condition, If-Match is', 'exported files have old tags, and tools send them whole; If-Match is the condition'],
  ],
};

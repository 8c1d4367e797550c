// The three levels of OData 4.01 (Protocol 4.01, section 13.2): what each asks, and the test that shows the answer.
import type { Section } from './requirement.js';

const speaks40 = 'answers and bodies are in the format of 4.0, as Graph has them; $metadata says so';
const graphHasNone = 'Graph has it on none of these resources';

// biome-ignore format: a table
export const minimal: Section = {
  title: 'OData 4.01, minimal level',
  rows: [
    ['2 the JSON format of 4.01', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['3 AsyncResult in final answers, where asynchronous requests are supported', 'conformance/odata: an asynchronous answer that a client would prefer is given at once'],
    ['4 headers and preferences with and without their prefix', 'conformance/odata: a preference is understood with and without its prefix'],
    ['5 a $schemaversion that does not fit is refused, where $metadata has a version', 'conformance/odata: a schema version is refused by name, since $metadata has none'],
    ['6 query options with and without $', 'conformance/odata: options stand with and without their dollar'],
    ['7 query options, operators and functions in any case', 'conformance/odata: options, operators and functions are written in any case'],
    ['8 names are answered as $metadata has them', 'conformance/odata: names are answered in the case of $metadata, however they were asked for'],
    ['9.1 texts are cast to primitive types', 'conformance/odata: a text is cast to the primitive value that it holds'],
    ['9.2 enumerations and durations with and without the name of their type', 'conformance/odata: enumeration members and durations stand with and without the name of their type'],
    ['9.3 functions without parameters are called with and without parentheses', 'http/surroundings: tells its categories, by the function’s name with and without namespace and parentheses'],
    ['9.4 an action without parameters takes an empty body, where there is one', 'model/facts: say the same of actions and functions'],
    ['9.5 functions and actions with and without their namespace', 'http/assignments: is bound to the profile by every way to it, and named with its namespace or without'],
    ['9.6 aliases for function parameters', 'conformance/odata: an alias stands for the parameter of a function, which may be left to the query whole'],
    ['9.6 aliases for keys, where keys may have a slash, a backslash or U+0000', 'conformance/odata: a key stands in the path itself, since no key has a character that could not'],
    ['9.7 parameters by their own names in the query should be supported', 'conformance/odata: an alias stands for the parameter of a function, which may be left to the query whole'],
    ['9.8 eq null and ne null of single navigation properties should be supported', 'conformance/odata: a single navigation property is compared with null'],
    ['9.9 in should be supported', 'conformance/odata: in, divby and the count of a collection stand in a filter'],
    ['9.10 divby should be supported', 'conformance/odata: in, divby and the count of a collection stand in a filter'],
    ['9.11 negative starts of substring should be supported', 'conformance/odata: a negative start of substring, and lists that are compared, are refused', 'Graph’s OData 4.0 leaves them open, and a refusal is the same on every store'],
    ['9.12 keys as segments may be supported, beside keys in parentheses', 'http/settings-collection: the key stands as a segment or in parentheses, for get, update and delete'],
    ['9.13 the count of what a filter leaves may stand in an expression', 'conformance/odata: a count of what a filter leaves of a collection stands in a filter and in an order, $search in it is refused'],
    ['9.14 structural comparison may be supported', 'conformance/odata: a negative start of substring, and lists that are compared, are refused', graphHasNone],
    ['10 $metadata should be published in XML and JSON', 'documents/metadata: $metadata in XML and in JSON name the same types with the same members'],
    ['11 no two names should differ by case alone', 'model/facts: know each type by one name, in any case'],
    ['12 $metadata should name the versions', 'conformance/odata: $metadata says which OData versions answers have'],
    ['13 $metadata should tell the capabilities', 'documents/metadata: $metadata says which collections can be written, and with which permissions'],
    ['14 filters may look at annotations', 'conformance/odata: an annotation is nothing that a filter looks at', graphHasNone],
    ['15 $compute may be supported', 'conformance/odata: computed properties and aggregates are refused by name', graphHasNone],
    ['16 $search may be supported on all collections', "http/collections: named ? 'is searched by display name, and counted with the search' : 'has no names to search'"],
    ['17 answers may be in 4.01', 'conformance/odata: answers are in the format of 4.0, which clients of 4.01 read, and say so', speaks40],
    ['18 updates as the minimal level of 4.0 asks', 'http/profiles: an update changes what the body names, moves version, date and ETag on, and keeps the date of creation'],
    ['19 DELETE of the $ref of a member by its key', 'http/links: gains one by POST $ref and loses one by DELETE, by its key and by its URL'],
    ['20 PUT of an entity with what is inside should be supported', 'conformance/odata: what an entity contains or refers to is not written inside it', 'Graph documents PATCH and assign, and both are there'],
    ['21 updates and creates should take related entities inside', 'conformance/odata: what an entity contains or refers to is not written inside it', 'Graph documents @odata.bind and assign, and both are there'],
    ['22 PUT or DELETE of the $ref of a collection should be supported', 'conformance/odata: the links of a collection are set one by one, or all by a bind', '@odata.bind in an update sets them all, under the entity tag of the object'],
    ['23 POST to collections of values may be supported', 'conformance/odata: a collection of values is written with its object', graphHasNone],
    ['24, 26 PATCH and DELETE of a collection may be supported', 'conformance/odata: a whole collection is neither updated nor deleted at once', graphHasNone],
    ['25 POST to a cast of a collection may be supported', 'http/profile-types: a cast on the collection takes a create of that type, and says the type itself'],
    ['27 $select and $expand of a change may be supported', 'conformance/odata: an answer to a change takes neither $select nor $expand', 'Prefer: return=minimal leaves the answer out; a read can follow'],
  ],
};

// biome-ignore format: a table
export const intermediate: Section = {
  title: 'OData 4.01, intermediate level',
  rows: [
    ['3 eq null and ne null of single navigation properties', 'conformance/odata: a single navigation property is compared with null'],
    ['4 in', 'conformance/odata: in, divby and the count of a collection stand in a filter'],
    ['5 $select inside $select', 'conformance/odata: a selection goes into complex values, by a path and in parentheses'],
    ['6 the count of what a filter leaves should stand in an expression', 'conformance/odata: a count of what a filter leaves of a collection stands in a filter and in an order, $search in it is refused'],
    ['7 structural comparison should be supported', 'conformance/odata: a negative start of substring, and lists that are compared, are refused', graphHasNone],
    ['8 $compute should be supported', 'conformance/odata: computed properties and aggregates are refused by name', graphHasNone],
    ['9 options inside $select should be supported', 'conformance/odata: options inside $select are refused by name', graphHasNone],
    ['10 aliases may be given inside $select and $expand', 'http/expand-collections: may give aliases of their own, which hide those outside'],
    ['11 /$filter in a path may be supported', 'conformance/odata: changes since a moment, cross joins and all entities at once are refused by name', graphHasNone],
  ],
};

// biome-ignore format: a table
export const advanced: Section = {
  title: 'OData 4.01, advanced level',
  rows: [
    ['3 the count of what a filter or search leaves stands in an expression', 'conformance/odata: a count of what a filter leaves of a collection stands in a filter and in an order, $search in it is refused', 'with $filter; $search in it is refused by name, since few collections have names'],
    ['4 $compute', 'conformance/odata: computed properties and aggregates are refused by name', graphHasNone],
    ['5 options inside $select: $filter, and as should be $orderby, $count, $top, $skip, $search', 'conformance/odata: options inside $select are refused by name', graphHasNone],
    ['6 $metadata in JSON', "documents/metadata: $metadata's JSON is valid by the schema of OASIS"],
    ['7 batches in the multipart format', 'conformance/odata: a batch in the multipart format is refused', 'Graph has batches in JSON alone'],
    ['7 batches in the JSON format, with atomicity groups', 'http/atomicity: makes all of its changes, each with its audit event'],
    ['8 /$filter in a path should be supported', 'conformance/odata: changes since a moment, cross joins and all entities at once are refused by name', graphHasNone],
    ['9 aliases should be taken inside $select and $expand', 'http/expand-collections: may give aliases of their own, which hide those outside'],
    ['10 names in URLs and bodies may be found in any case', 'http/queries: names match in any case, in options, properties, operators and paths'],
  ],
};

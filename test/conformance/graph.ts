// What Microsoft documents of these resources, and what public tools show of them, and the test that shows the answer.
import type { Section } from './requirement.js';

// biome-ignore format: a table
export const update: Section = {
  title: 'Graph: update of deviceManagementDerivedCredentialSettings',
  rows: [
    ['six routes: by its id, by a profile, and by a profile with each of four casts', 'http/six-routes: each updates the one object, which every other route, the collection and the key in parentheses show at once'],
    ['one permission for all six, delegated and application alike: DeviceManagementConfiguration.ReadWrite.All', 'http/permissions: … /deviceManagement/……'],
    ['personal Microsoft accounts are not supported', 'http/permissions: rule 9: of a personal Microsoft account is refused everything'],
    ['the tenant needs an active Intune licence', 'http/license: a tenant without an active licence is refused everything but the object that tells the licence'],
    ['the headers are Authorization and Accept: application/json', 'clients/microsoft-graph-client: updates by each of the six routes and gets the whole object back, the same by every route'],
    ['helpUrl, displayName, issuer and notificationType can be changed, and renewalThresholdPercentage', 'http/rules: rule 2: an update changes each property by itself, and all at once'],
    ['the issuer can be changed, which the portal does not offer', 'http/rules: rule 3: a change of the issuer is in the audit, with the old one and the new one'],
    ['issuers: intercede, entrustDatacard, purebred, xTec; ways of notification: none, companyPortal, email', 'model/facts: say the same of the enumeration …'],
    ['notificationType is a set of flags: companyPortal,email', 'http/rules: rule 6: notificationType is accepted in every order and with spaces, and answered in canonical form'],
    ['the answer is 200 with the whole updated object', 'http/six-routes: an answer is JSON with @odata.context, @odata.type, id and all five properties'],
    ['the documented example, which names the type alone', 'http/six-routes: the documented example is answered by each with the object as it stands, and nothing is written'],
    ['the object keeps its identity; of the real service it is said that each update makes another', 'tools/microsoft365dsc: creates, finds by name, gets by id, compares, exports, updates in place and removes'],
  ],
};

// biome-ignore format: a table
export const settings: Section = {
  title: 'Graph: derivedCredentials',
  rows: [
    ['list, get, create and delete, with 200, 200, 201 and 204', 'clients/microsoft-graph-client: deletes the settings and creates new ones'],
    ['permissions of either family, where the pages of one operation disagree', 'http/permissions: … /deviceManagement/……'],
    ['the samples show one object inside value', 'http/six-routes: an answer is JSON with @odata.context, @odata.type, id and all five properties', 'it is answered bare, with its context, as clients read it'],
    ['properties, their types, which can be null', 'model/facts: say the same of the type …'],
    ['one issuer at a time', 'http/rules: rule 1: a second create is refused with 409, names the object that there is, and changes nothing'],
    ['the threshold is a share of the life of a credential', 'http/rules: rule 7: the threshold is a whole number from 1 to 99'],
    ['it is in beta alone', 'http/bad-urls: of each update route is refused in /v1.0'],
  ],
};

// biome-ignore format: a table
export const profiles: Section = {
  title: 'Graph: deviceConfigurations',
  rows: [
    ['types, base types, properties and navigation properties of the profiles and what they are made of', 'model/facts: say the same of the type …'],
    ['types of profiles that have nothing to do with derived credentials', 'model/facts: have the same types, but for those that are served in part', 'they are not served, and refused by their names'],
    ['enumerations, their members and values', 'model/facts: say the same of the enumeration …'],
    ['deviceConfiguration is abstract; a create names its type', 'http/profile-types: a create without @odata.type is 400'],
    ['an update names its type', 'http/profile-types: an update may repeat the type, or name a base of it, and never another', 'it need not: the object has one'],
    ['every property of every type is kept and answered', 'http/profile-properties: … keeps all of its properties at once'],
    ['id, createdDateTime, lastModifiedDateTime and version are the server’s', "http/profiles: version, createdDateTime, lastModifiedDateTime and id are the server's: a body's are ignored"],
    ['supportsScopeTags is the server’s', 'http/profiles: supportsScopeTags is kept as a body has it', 'it is kept as sent, which the samples of requests do; nothing here depends on it'],
    ['version is 1 at first, and one more with each edit', 'http/profiles: an update changes what the body names, moves version, date and ETag on, and keeps the date of creation'],
    ['list, get, create, update and delete, with 200, 200, 201, 200 and 204', 'clients/microsoft-graph-client: creates a profile of each type, bound by reference, and deletes it'],
    ['read and write permissions', 'http/permissions: … /deviceManagement/……'],
    ['derivedCredentialSettings is a reference of eight types, and contains nothing', 'documents/metadata: the references of a profile can be told from what it contains, as exporters do it'],
    ['the settings are read and updated through a profile, with a cast and without', 'http/binding: the settings are read and updated by the cast to the type of a bound profile, and to its base'],
    ['certificates and trusted roots are references, single and several', 'http/links: is bound on create, by an edit and by PUT $ref, read with its cast, and unbound'],
    ['assignments, groupAssignments, statuses and overviews are contained', 'http/assignments: is nothing, in collections that can be asked like any other'],
    ['POST to assignments is 201', 'http/assignments: is added, read, changed and deleted by itself, each with one audit event'],
    ['assign answers 200 with the assignments in value, and replaces the whole set', 'http/assignments: replaces the whole set, also by an empty one'],
    ['ids of assignments are {profile}_{group}, with fixed GUIDs for all users and all devices', 'http/assignments: answers each assignment whole, its id formed of the profile’s and the group’s'],
    ['every type of target', 'http/assignments: answers each assignment whole, its id formed of the profile’s and the group’s'],
    ['groupAssignments lead back to the profile', 'http/assignments: are the assignments to groups in the older form, and lead back to the profile'],
    ['statuses and both overviews', 'http/assignments: is summed up as zeros, with the profile’s version and date'],
    ['getOmaSettingPlainTextValue', 'tools/intune-management: asks for the plain text of a secret setting of types that there are not, and is refused by name', 'no type that is served has OMA settings'],
    ['links to what does not exist are refused', 'http/binding: a link to what does not exist, to another set, host, type or form is refused, and nothing is changed'],
  ],
};

// biome-ignore format: a table
export const tools: Section = {
  title: 'Graph: what public tools send',
  rows: [
    ['IntuneManagement: who and where it is, as /ME and /Organization', 'tools/intune-management: signs in: who and where it is, in whatever case it writes the path'],
    ['IntuneManagement: the list without two foreign types, page by page', 'tools/intune-management: lists the profiles but those of types that are managed elsewhere'],
    ['IntuneManagement: export of one', 'tools/intune-management: exports one profile with its assignments, since the list told that it can have some'],
    ['IntuneManagement: export by $batch', 'tools/intune-management: exports many profiles by a batch with whole numbers as ids'],
    ['IntuneManagement: export of references', 'tools/intune-management: finds what a profile refers to by $metadata and the links of full metadata'],
    ['IntuneManagement: import', 'tools/intune-management: imports a profile from the exported file and assigns it'],
    ['IntuneManagement: import with binds', 'tools/intune-management: imports a profile whose file binds its certificates'],
    ['IntuneManagement: re-link', 'tools/intune-management: links an imported profile again to the certificate of the same name, by a URL with two slashes'],
    ['IntuneManagement: update', 'tools/intune-management: updates a profile with the whole of the exported object'],
    ['IntuneManagement: replace', 'tools/intune-management: replaces a profile: a new one with the assignments of the old, which is then deleted'],
    ['IntuneManagement: error texts with JSON inside', 'tools/intune-management: shows the message inside the JSON of a refusal where errors nest'],
    ['IntuneManagement, Microsoft365DSC: groups by their ids', 'tools/intune-management: exports one profile with its assignments, since the list told that it can have some', 'groups are the directory’s, which is not served; both tools go on without'],
    ['Microsoft365DSC, IntuneDerivedCredential: create, find by DisplayName, export, compare, remove', 'tools/microsoft365dsc: creates, finds by name, gets by id, compares, exports, updates in place and removes'],
    ['Microsoft365DSC, IntuneWifiConfigurationPolicyIOS', 'tools/microsoft365dsc: creates, assigns, finds by name and type, exports, updates and removes a profile'],
    ['Microsoft365DSC, IntuneVPNConfigurationPolicyIOS', 'tools/microsoft365dsc: exports, creates and updates a profile that authenticates by a derived credential'],
    ['Terraform provider: create, assign, read with %24expand, update, delete', 'tools/terraform-provider: creates, assigns nothing, reads back, updates, assigns, reads back and deletes'],
    ['Terraform provider: a create whose assign fails is taken back', 'tools/terraform-provider: takes a profile back whose assignment is refused'],
    ['Microsoft’s JavaScript client', 'clients/microsoft-graph-client: lists with filter, select and count'],
    ['Microsoft’s SDK for beta', 'clients/msgraph-beta-sdk: creates profiles with nested models and flags, writes back what it read, and deletes'],
    ['clients that are generated from $metadata', 'documents/typed-client: it updates the settings by the routes of profiles'],
  ],
};

// biome-ignore format: a table
export const audit: Section = {
  title: 'Graph: auditEvents',
  rows: [
    ['auditEvent, auditActor, auditResource and auditProperty', 'model/facts: say the same of the type …'],
    ['list and get', 'http/audit: an event tells who, when, from where, what, and the request'],
    ['correlationId is a GUID', 'http/audit: an event has the id of its request, so that a lost answer can be looked up, and the id that the client gave'],
    ['getAuditCategories', 'http/surroundings: tells its categories, by the function’s name with and without namespace and parentheses'],
    ['getAuditActivityTypes(category=…)', 'http/surroundings: tells the types of activity of a category: those that events have, whether there are any yet or not'],
    ['POST, PATCH and DELETE', 'http/audit: events can be read, and neither made, changed nor deleted', 'nobody writes the audit but the changes themselves, as in the service itself'],
    ['permissions', 'http/permissions: … /deviceManagement/……'],
    ['kinds of activity: Create, Patch, Delete and actions', 'http/audit: create, update, bind, unbind and delete of a profile are one event each'],
  ],
};

// biome-ignore format: a table
export const protocol: Section = {
  title: 'Graph: the protocol',
  rows: [
    ['errors: code, message, innerError with date (no zone), request-id and client-request-id', 'http/every-refusal: … is told with …, … and its own text'],
    ['401 InvalidAuthenticationToken, in the texts that are known', 'http/bad-credentials: that is missing or empty is refused'],
    ['the challenge of a 401 has realm and client_id', 'http/bad-credentials: that is no single bearer token is refused'],
    ['the challenge of a 401 has an authorization_uri', 'http/bad-credentials: that is no single bearer token is refused', 'Graph names its own sign-in there, whose tokens mean nothing here'],
    ['400 BadRequest in the texts that are known: segments, versions, properties, filters, bodies', 'http/every-refusal: … is told with …, … and its own text'],
    ['404 ResourceNotFound, as Intune has it', 'http/not-found: unknown settings are told by their id, by both forms of the key'],
    ['404 of the directory has the code Request_ResourceNotFound and a text of its own', 'http/surroundings: is a collection of the caller’s own tenant, in any case', 'there is one code and text for what does not exist'],
    ['403 in Intune’s texts, with the permissions that would do', 'http/permissions: of an application without roles is refused in words of its own, for every operation'],
    ['Intune nests its errors as JSON in the message', 'http/intune-errors: has JSON in its message: … …', 'a setting does; without it messages are texts'],
    ['without a licence they are nested twice', 'http/intune-errors: is nested twice where the licence is missing'],
    ['429 with Retry-After', 'http/throttling: is answered 429 in Graph’s shape, with Retry-After'],
    ['429 for each request of a batch by itself', 'http/throttling: has each of its requests counted, and answered 429 by itself'],
    ['Intune’s limits of requests', 'http/throttling: --limits intune refuses the 101st write of an application in 20 seconds'],
    ['request-id, client-request-id, x-ms-ags-diagnostic, Date, OData-Version, Cache-Control', "http/cors: has Graph's headers on every answer"],
    ['Strict-Transport-Security', 'cli/production: speaks https with certificate files'],
    ['Location of what was made', 'http/settings-collection: a create answers 201 with the object and a Location that leads to it'],
    ['Intune’s objects have no entity tags', 'http/six-routes: every version has an ETag of its own, also where an earlier state comes back', 'they have: so that no update is lost'],
    ['CORS with the headers that Graph exposes', 'http/cors: lets their pages read answers, refusals too, with the headers that Graph exposes'],
    ['CORS for every origin', 'http/cors: tells no other page anything', 'for those that a setting names'],
    ['query options with and without $', 'conformance/odata: options stand with and without their dollar'],
    ['options that are not supported may be ignored', 'http/query-options: every other option of OData is refused by its name, with $ or without', 'they are refused by name'],
    ['a quote is doubled in a text', "odata/filters: … means …"],
    ['nextLink is absolute and opaque, and repeats the other options', 'odata/pages: repeats the other options, but for $skip, which the token has seen to'],
    ['pages of 1,000 at most', 'http/paging: --page-size is the size of a page, and the most that $top can ask for'],
    ['@odata.count on the first page alone', 'http/paging: $count=true counts all pages, on the first of them'],
    ['ConsistencyLevel means nothing here', 'http/preferences: ConsistencyLevel changes no answer, whatever it says'],
    ['Prefer: include-unknown-enum-members', 'http/preferences: include-unknown-enum-members is granted'],
    ['Prefer: return=minimal', 'http/preferences: answers an update with 204 for Prefer: …'],
    ['Prefer: odata.maxpagesize', 'http/preferences: is the size of a page for Prefer: …, and the link to the next one holds'],
    ['metadata=minimal unless asked otherwise', 'http/metadata-levels: is minimal unless asked otherwise, and the content type tells it'],
    ['metadata=none', 'http/metadata-levels: leaves the properties alone, of an entity, a page, a reference and the service'],
    ['metadata=full: links, types of values, actions', 'http/metadata-levels: offers the actions of the entity'],
    ['metadata=full: links of a derived type have its cast', 'http/metadata-levels: of a derived type has a cast segment in its edit link, and absolute links to what it leads to'],
    ['IEEE754Compatible', 'http/metadata-levels: IEEE754Compatible is granted and told'],
    ['$batch: up to 20, each with its own answer', 'http/batch: answers each request with its status, headers and body'],
    ['$batch: ids are texts, or integers as a tool sends them', 'http/batch: answers ids in kind, texts and integers'],
    ['$batch: dependsOn, and 424 where it failed', 'http/batch: answers 424 where it failed, and so does what depends on that'],
    ['$batch: a body needs a Content-Type', 'http/batch: wants a Content-Type with a body, as Graph does'],
    ['$batch: what is not JSON in base64', 'http/batch: answers what is not JSON as a text in base64'],
    ['$batch: malformed ones are 400', 'http/batch: with …: 400'],
    ['$batch: atomicityGroup is ignored', 'http/atomicity: makes all of its changes, each with its audit event', 'it is honoured, as OData has it'],
    ['path segments and names in any case', 'attacks/path-tricks: … is the settings, for who may read them'],
    ['keys as segments and in parentheses', 'http/settings-collection: the key stands as a segment or in parentheses, for get, update and delete'],
    ['isof, casts, enumerations, has, instants, lambdas in filters', "http/expressions: … finds …"],
    ['isof of types that are not served', 'tools/intune-management: lists the profiles but those of types that are managed elsewhere'],
    ['navigation properties of derived types without a cast, in paths and options alike', 'http/shared-names: means that of each type in $filter=…'],
    ['$expand through a cast', 'http/expand-collections: in the option, the context has it there, and other types go without the property'],
    ['$ref: GET, PUT and DELETE', 'http/binding: GET $ref answers with the URL of the settings, which binds again'],
    ['@odata.bind with URLs of Graph’s hosts, or relative ones', 'http/binding: a create with @odata.bind is bound, whatever the method, by each form of the URL'],
  ],
};

// biome-ignore format: a table
export const metadata: Section = {
  title: 'Graph: $metadata',
  rows: [
    ['without a token', 'documents/metadata: $metadata is XML unless asked otherwise, and needs no token'],
    ['Namespace microsoft.graph, Alias graph, types as graph.x', "documents/metadata: a public parser reads all types, properties and navigation properties of the model from $metadata's XML"],
    ['the container GraphService with the singleton deviceManagement', 'documents/metadata: $metadata is XML unless asked otherwise, and needs no token'],
    ['what is contained says so', 'documents/metadata: $metadata says what is computed, contained, a set of flags, abstract, and the limits of texts'],
    ['the properties and navigation properties of deviceManagement', 'model/facts: have the same types, but for those that are served in part', 'those that are served: the licence, and what stands on this page'],
    ['actions and functions are bound, with bindingParameter first', 'documents/metadata: $metadata has the actions and functions, bound to what they are offered on'],
    ['annotations stand apart', 'documents/metadata: $metadata says which collections can be written, and with which permissions'],
    ['the service document has name, kind and url', 'documents/metadata: the service document lists what stands at the service root'],
  ],
};

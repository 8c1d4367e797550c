// HTTP: bytes in, bytes out.
export { adminRoutes } from './admin/admit.js';
export { type AdminAppOptions, buildAdminApp } from './admin-app.js';
export { type AppOptions, buildApp } from './app.js';
export { type CrossOrigin, createCrossOrigin } from './cross-origin.js';
export { Load } from './load.js';
export { createOriginPolicy, type OriginPolicy } from './origin.js';
export { createPaging } from './paging.js';
export { createSourceReader, type ReadSource } from './proxies.js';
export type { TokenEndpoint } from './sign-in.js';
export { replaceCertificate, secureContext, type TlsOptions } from './tls.js';

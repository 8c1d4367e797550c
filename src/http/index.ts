// HTTP: bytes in, bytes out.
export { adminRoutes } from './admin/admit.js';
export { buildAdminApp } from './admin-app.js';
export { buildApp } from './app.js';
export { createCrossOrigin } from './cross-origin.js';
export { Load } from './load.js';
export { createOriginPolicy } from './origin.js';
export { createPaging } from './paging.js';
export { createSourceReader } from './proxies.js';
export { replaceCertificate, secureContext, type TlsOptions } from './tls.js';

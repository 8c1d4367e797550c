// The service's documents about itself, derived from the model and from the tables that the server obeys.
export { createDocuments, type Document, type DocumentName } from './document.js';

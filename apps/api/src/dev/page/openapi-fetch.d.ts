// The page loads the client by this name, from the package that the service serves it from.
export { default } from 'openapi-fetch';

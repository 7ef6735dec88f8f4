// The last step of a build: what the built application serves and no compiler makes. Beside the build these files
// are found as beside the sources, so that production installs no package for the sake of a browser.
const { cpSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');
const FILES = [
  'apps/api/openapi.json',
  ...['package.json', 'LICENSE', 'dist/index.mjs'].map((file) => `node_modules/openapi-fetch/${file}`),
  ...['package.json', 'LICENSE', 'NOTICE', 'swagger-ui.css', 'swagger-ui-bundle.js'].map(
    (file) => `node_modules/swagger-ui-dist/${file}`,
  ),
];

for (const file of FILES) cpSync(join(ROOT, file), join(ROOT, 'dist', file));

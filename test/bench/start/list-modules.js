// Writes down, when the process ends, every file that was loaded by then.
const { writeFileSync } = require('node:fs');

process.once('exit', () => {
  writeFileSync(process.env.MODULE_LIST, JSON.stringify(Object.keys(require.cache)));
});

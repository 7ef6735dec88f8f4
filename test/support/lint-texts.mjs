// Lints texts as if each were the content of a file of the project, by the rules that need no types. In: JSON
// [{ file, text }, …] on standard input. Out: JSON, for each text what it breaks. A process of its own, because
// Jest cannot load ESLint's configuration, which is an ES module.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

const NEED_NO_TYPES = /^(max-lines$|no-restricted-|import-x\/|@typescript-eslint\/no-restricted-)/;

const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => NEED_NO_TYPES.test(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});
const broken = [];
for (const { file, text: content } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(content, { filePath: file });
  broken.push(result.messages.map(({ ruleId, message }) => `${ruleId ?? 'directive'}: ${message}`));
}
process.stdout.write(JSON.stringify(broken));

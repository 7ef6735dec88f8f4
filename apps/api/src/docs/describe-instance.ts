interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags: readonly string[] }>>>>;
  readonly tags: readonly { readonly name: string }[];
}

const DEVELOPMENT = 'Development';

/** The document of `openapi.json`, without the routes that an instance in production does not have. */
export function describeInstance(text: string, production: boolean): object {
  // The file is ours, and a test holds it to what the application is.
  const document = JSON.parse(text) as Described;
  if (!production) return document;
  const served = Object.entries(document.paths).filter(([, methods]) =>
    Object.values(methods).every(({ tags }) => !tags.includes(DEVELOPMENT)),
  );
  return {
    ...document,
    tags: document.tags.filter(({ name }) => name !== DEVELOPMENT),
    paths: Object.fromEntries(served),
  };
}

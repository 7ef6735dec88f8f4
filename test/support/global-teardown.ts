import './global-setup';

export default async function globalTeardown(): Promise<void> {
  await Promise.all((globalThis.sharedServers ?? []).map((each) => each.dispose()));
}

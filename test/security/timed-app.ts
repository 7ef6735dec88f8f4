import { startApp, type TestApp, type TestAppOptions } from '../support/start-app';
import { connectSharedRedis } from '../support/shared-redis';
import { passTime } from '../support/time-travel';

export const STORES = ['redis', 'in-process'] as const;

/** The application, and a way to let time pass for all that it remembers. */
export interface TimedApp extends TestApp {
  pass(seconds: number): Promise<void>;
}

/**
 * Starts the application with a movable time. With the in-process store, and only there, time stands still in
 * between, so that a test can look at the very second.
 */
export async function startTimedApp(options: TestAppOptions = {}): Promise<TimedApp> {
  return options.store === 'in-process' ? startOnFrozenClock(options) : startOnRedis(options);
}

/** Runs one test on an application of its own, which is closed however the test ends. */
export async function withTimedApp(
  options: TestAppOptions,
  test: (api: TimedApp) => Promise<void>,
): Promise<void> {
  const api = await startTimedApp(options);
  try {
    await test(api);
  } finally {
    await api.close();
  }
}

async function startOnRedis(options: TestAppOptions): Promise<TimedApp> {
  const api = await startApp(options);
  const redis = connectSharedRedis();
  return {
    ...api,
    pass: (seconds) => passTime(redis, api.keyPrefix, Math.round(seconds * 1_000)),
    close: async () => {
      redis.disconnect();
      await api.close();
    },
  };
}

async function startOnFrozenClock(options: TestAppOptions): Promise<TimedApp> {
  let now = Date.now();
  // Before the start, because the store takes its clock from there.
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
  const api = await startApp(options);
  return {
    ...api,
    pass: (seconds) => {
      now += Math.round(seconds * 1_000);
      return Promise.resolve();
    },
    close: async () => {
      clock.mockRestore();
      await api.close();
    },
  };
}

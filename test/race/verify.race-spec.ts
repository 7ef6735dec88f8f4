import { raceVerify } from './verify-races';

// Many more by verify.slow-race-spec.ts, in `npm run test:faults`.
raceVerify(15);

import { raceRightBesideWrong } from './right-beside-wrong-races';

// Many more by right-beside-wrong.slow-race-spec.ts, in `npm run test:faults`.
raceRightBesideWrong(40);

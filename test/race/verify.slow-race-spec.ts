import { raceVerify } from './verify-races';

raceVerify(200);

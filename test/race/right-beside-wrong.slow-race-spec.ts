import { raceRightBesideWrong } from './right-beside-wrong-races';

raceRightBesideWrong(500);

import { PhoneDto } from '../../http/phone.dto';

/** Body of `POST /auth/sms/challenge`. */
export class ChallengeDto extends PhoneDto {}

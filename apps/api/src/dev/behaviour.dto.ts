import { INBOX_BEHAVIOURS, type InboxBehaviour } from '@app/sms-gateways';
import { IsIn } from 'class-validator';

/** Body of `POST /dev/inbox/behaviour`. */
export class BehaviourDto {
  @IsIn(INBOX_BEHAVIOURS, { message: `must be one of ${INBOX_BEHAVIOURS.join(', ')}` })
  readonly behaviour!: InboxBehaviour;
}

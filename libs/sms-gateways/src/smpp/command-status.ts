import { DestinationInvalidError, MessageRefusedError } from '@app/sms-verification';

/** SMPP 3.4 §5.1.3. Vendors add their own from 0x400 on: whatever is not named here refuses this message. */
export const ESME_ROK = 0x00;
export const ESME_RINVCMDLEN = 0x02;
export const ESME_RINVCMDID = 0x03;
/** The SMSC does not hold us for bound. */
export const ESME_RINVBNDSTS = 0x04;
/** Try again later. */
export const ESME_RX_T_APPN = 0x64;

const ESME_RMSGQFUL = 0x14;
const ESME_RTHROTTLED = 0x58;

/** The SMSC takes messages, only not so many now: the same message may be submitted again. */
export function isThrottling(status: number): boolean {
  return status === ESME_RTHROTTLED || status === ESME_RMSGQFUL;
}

/** What a status other than ESME_ROK says of the message. Names neither number nor text. */
export function refusalOf(
  status: number,
  invalidDestinationStatuses: readonly number[],
): DestinationInvalidError | MessageRefusedError {
  const text = `the SMSC answered ${describeStatus(status)}`;
  return invalidDestinationStatuses.includes(status)
    ? new DestinationInvalidError(text)
    : new MessageRefusedError(text);
}

/** The status as specifications and carriers' tables write it. */
export function describeStatus(status: number): string {
  return `command_status 0x${status.toString(16).padStart(8, '0')}`;
}

export { InboxSmsGateway } from './inbox/inbox.sms-gateway';
export type { InboxMessage } from './inbox/inbox.sms-gateway';

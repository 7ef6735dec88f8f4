import { Logger } from '@nestjs/common';
import { PhoneNumber, type SmsMessage } from '@app/sms-verification';
import { InboxSmsGateway } from './inbox.sms-gateway';

const HERS = PhoneNumber.parse('+14155550100');
const HIS = PhoneNumber.parse('+61412345678');

const message = (code: string, phone = HERS, text = `${code} is your verification code.`): SmsMessage => ({
  phone,
  purpose: 'login',
  verificationId: 'A'.repeat(22),
  code,
  text,
});

describe(InboxSmsGateway.name, () => {
  let logged: string[];

  beforeEach(() => {
    logged = [];
    const keep = (...parts: unknown[]): void => {
      logged.push(parts.map(String).join(' '));
    };
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });

  it('accepts every message and keeps what the person would read', async () => {
    const inbox = new InboxSmsGateway();
    const { messageId } = await inbox.send(message('123456'));

    expect(inbox.messages()).toEqual([
      {
        id: messageId,
        phone: HERS,
        purpose: 'login',
        code: '123456',
        text: '123456 is your verification code.',
        sentAt: expect.any(Date) as Date,
      },
    ]);
  });

  it('shows the newest message first, of all phones or of one', async () => {
    const inbox = new InboxSmsGateway();
    await inbox.send(message('111111'));
    await inbox.send(message('222222', HIS));
    await inbox.send(message('333333'));
    const codes = (phone?: PhoneNumber): string[] => inbox.messages(phone).map(({ code }) => code);

    expect(codes()).toEqual(['333333', '222222', '111111']);
    expect(codes(HERS)).toEqual(['333333', '111111']);
    expect(codes(PhoneNumber.parse('0412 345 678', 'AU'))).toEqual(['222222']);
    expect(codes(PhoneNumber.parse('+14155550101'))).toEqual([]);
  });

  it('keeps as many messages as it may, and forgets the oldest first', async () => {
    const inbox = new InboxSmsGateway(2);
    for (const code of ['111111', '222222', '333333']) await inbox.send(message(code));

    expect(inbox.messages().map(({ code }) => code)).toEqual(['333333', '222222']);
  });

  it('keeps a thousand messages unless it is told otherwise', async () => {
    const inbox = new InboxSmsGateway();
    for (let sent = 0; sent < 1_001; sent += 1) await inbox.send(message('123456'));

    expect(inbox.messages()).toHaveLength(1_000);
  });

  it('gives every message an id of its own', async () => {
    const inbox = new InboxSmsGateway();
    const receipts = [await inbox.send(message('123456')), await inbox.send(message('123456'))];

    expect(receipts[0]?.messageId).not.toBe(receipts[1]?.messageId);
  });

  it('logs each message with neither phone nor code in clear [ASVS 16.2.5]', async () => {
    const inbox = new InboxSmsGateway();
    await inbox.send(message('123456', HERS, '123456 is your code.\n\n@example.com #123456'));

    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('message to +1••••••0100 for login: •••••• is your code.');
    expect(logged[0]).not.toContain('4155550100');
    expect(logged[0]).not.toContain('123456');
  });
});
